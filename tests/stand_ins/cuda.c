/* What mtlc calls of CUDA's driver, with GPUs that are not there: each process sees one, of its own.
 *
 * STAND_IN_GPUS  how many this process sees; 1 unless said
 * STAND_IN_ONE   set where all processes have the same
 */
#include <stdlib.h>
#include <string.h>

enum { SUCCESS = 0, NOT_INITIALIZED = 3, NO_DEVICE = 100, INVALID_DEVICE = 101, INVALID_CONTEXT = 201 };

static int begun, context;

static int gpus(void) {
  const char *count = getenv("STAND_IN_GPUS");
  return count ? atoi(count) : 1;
}

int cuInit(unsigned flags) {
  if (flags || !gpus()) return NO_DEVICE;
  begun = 1;
  return SUCCESS;
}

int cuDeviceGet(int *device, int index) {
  if (!begun) return NOT_INITIALIZED;
  if (index < 0 || index >= gpus()) return INVALID_DEVICE;
  *device = index;
  return SUCCESS;
}

int cuDeviceGetUuid(char uuid[16], int device) {
  const char *rank = getenv("OMPI_COMM_WORLD_RANK");
  if (!rank) rank = getenv("PMI_RANK");
  memset(uuid, device, 16);
  if (!getenv("STAND_IN_ONE")) uuid[15] = (char)(100 + (rank ? atoi(rank) : 0));
  return SUCCESS;
}

int cuDevicePrimaryCtxRetain(void **made, int device) {
  (void)device;
  *made = &context;
  return SUCCESS;
}

int cuCtxSetCurrent(void *of) {
  if (of != &context) return INVALID_CONTEXT;
  return setenv("STAND_IN_CONTEXT", "1", 1);
}

int cuGetErrorString(int code, const char **text) {
  switch (code) {
    case NO_DEVICE: *text = "no CUDA-capable device is detected"; return SUCCESS;
    case INVALID_DEVICE: *text = "invalid device ordinal"; return SUCCESS;
    case INVALID_CONTEXT: *text = "invalid device context"; return SUCCESS;
    default: *text = NULL; return 1;
  }
}
