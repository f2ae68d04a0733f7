/* What mtlc calls of NCCL, done on the host: processes of one machine add up over memory that they share. It is as strict as it can
 * be about how it is called, writes down each call, and fails where it is told to.
 *
 * STAND_IN_LOG    one file for each rank is written with this beginning
 * STAND_IN_FAILS  `call rank number`: which call of which rank fails, and which time, from 1 on
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { SUCCESS = 0, SYSTEM_ERROR = 2, INVALID_ARGUMENT = 4, INVALID_USAGE = 5, REMOTE_ERROR = 6 };
enum { AT_ONCE = 1 << 16, HEAD = 4096 };

typedef struct { char internal[128]; } UniqueId;

/* In the memory that all share: how many have come to where all meet, and how often all have. */
struct meeting { _Atomic int here, times; };

struct communicator { int rank, size; struct meeting *meeting; float *numbers; size_t bytes; };

static char last_error[256];

static int launched_as(void) {
  const char *rank = getenv("OMPI_COMM_WORLD_RANK");
  if (!rank) rank = getenv("PMI_RANK");
  return rank ? atoi(rank) : 0;
}

static void note(const char *format, ...) {
  const char *log = getenv("STAND_IN_LOG");
  if (!log) return;
  char path[1024];
  snprintf(path, sizeof path, "%s.%d", log, launched_as());
  FILE *file = fopen(path, "a");
  if (!file) return;
  va_list arguments;
  va_start(arguments, format);
  vfprintf(file, format, arguments);
  va_end(arguments);
  fputc('\n', file);
  fclose(file);
}

static int failed(int code, const char *why) {
  snprintf(last_error, sizeof last_error, "%s", why);
  note("! %s", why);
  return code;
}

static int told_to_fail(const char *call, int number) {
  const char *told = getenv("STAND_IN_FAILS");
  char which[64];
  int rank, time;
  return told && sscanf(told, "%63s %d %d", which, &rank, &time) == 3 && !strcmp(which, call) && rank == launched_as() && time == number;
}

/* Waits for all, a minute at most. */
static int meet(struct communicator *of) {
  int times = atomic_load(&of->meeting->times);
  if (atomic_fetch_add(&of->meeting->here, 1) + 1 == of->size) {
    atomic_store(&of->meeting->here, 0);
    atomic_fetch_add(&of->meeting->times, 1);
    return 1;
  }
  struct timespec since, now, nap = {0, 20000};
  clock_gettime(CLOCK_MONOTONIC, &since);
  while (atomic_load(&of->meeting->times) == times) {
    nanosleep(&nap, NULL);
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - since.tv_sec > 60) return 0;
  }
  return 1;
}

int ncclGetVersion(int *version) {
  *version = 22705;
  return SUCCESS;
}

int ncclGetUniqueId(UniqueId *id) {
  note("ncclGetUniqueId");
  if (told_to_fail("ncclGetUniqueId", 1)) return failed(SYSTEM_ERROR, "no network");
  /* All of it matters: what is not carried over whole is not known. */
  memset(id->internal, 'x', sizeof id->internal);
  int length = snprintf(id->internal, sizeof id->internal, "/dev/shm/stand-in-nccl-%d-%ld", (int)getpid(), (long)time(NULL));
  id->internal[length + 1] = 'x';
  return SUCCESS;
}

int ncclCommInitRank(struct communicator **made, int size, UniqueId id, int rank) {
  note("ncclCommInitRank %d of %d by %s", rank, size, id.internal);
  if (told_to_fail("ncclCommInitRank", 1)) return failed(SYSTEM_ERROR, "no way to the others");
  if (!getenv("STAND_IN_CONTEXT")) return failed(INVALID_USAGE, "no GPU was taken by this process");
  if (rank != launched_as() || rank >= size || id.internal[127] != 'x') return failed(INVALID_ARGUMENT, "another rank, or another id");
  struct communicator *of = calloc(1, sizeof *of);
  of->rank = rank, of->size = size, of->bytes = HEAD + (size_t)size * AT_ONCE * sizeof(float);
  int file = open(id.internal, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, of->bytes)) return failed(SYSTEM_ERROR, "no memory to share");
  of->meeting = mmap(NULL, of->bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (of->meeting == MAP_FAILED) return failed(SYSTEM_ERROR, "no memory to share");
  of->numbers = (float *)((char *)of->meeting + HEAD);
  int all = meet(of);
  if (rank == 0) unlink(id.internal);
  if (!all) return failed(REMOTE_ERROR, "not all have come");
  *made = of;
  return SUCCESS;
}

int ncclAllReduce(const void *from, void *to, size_t count, int type, int operation, struct communicator *of, void *stream) {
  static int number;
  note("ncclAllReduce %zu", count);
  if (told_to_fail("ncclAllReduce", ++number)) return failed(REMOTE_ERROR, "a cable is loose");
  if (!of || !from || !to || from == to || !count) return failed(INVALID_ARGUMENT, "nothing to add up, or nowhere to put it");
  if (type != 7 || operation != 0 || stream) return failed(INVALID_ARGUMENT, "other numbers, another operation or another stream");
  for (size_t start = 0; start < count; start += AT_ONCE) {
    size_t here = count - start < AT_ONCE ? count - start : AT_ONCE;
    memcpy(of->numbers + (size_t)of->rank * AT_ONCE, (const float *)from + start, here * sizeof(float));
    if (!meet(of)) return failed(REMOTE_ERROR, "not all add up");
    /* In one order, so that all get the same bits. */
    for (size_t place = 0; place < here; place++) {
      float sum = of->numbers[place];
      for (int rank = 1; rank < of->size; rank++) sum += of->numbers[(size_t)rank * AT_ONCE + place];
      ((float *)to)[start + place] = sum;
    }
    if (!meet(of)) return failed(REMOTE_ERROR, "not all add up");
  }
  return SUCCESS;
}

#ifndef OLD
int ncclCommDestroy(struct communicator *of) {
  note("ncclCommDestroy");
  if (told_to_fail("ncclCommDestroy", 1)) return failed(SYSTEM_ERROR, "the GPU has fallen off the bus");
  munmap(of->meeting, of->bytes);
  free(of);
  return SUCCESS;
}
#endif

const char *ncclGetErrorString(int code) {
  switch (code) {
    case SYSTEM_ERROR: return "unhandled system error";
    case INVALID_ARGUMENT: return "invalid argument";
    case INVALID_USAGE: return "invalid usage";
    case REMOTE_ERROR: return "remote process exited or there was a network error";
    default: return "no error";
  }
}

const char *ncclGetLastError(struct communicator *of) {
  (void)of;
  return last_error;
}
