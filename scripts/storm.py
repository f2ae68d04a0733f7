"""Asks a server with good and bad requests at random, for so many minutes, on loopback:

    python scripts/storm.py --mtlc target/release/mtlc --minutes 60 --rate 120

It trains `pipelines/penguins.mtl`, serves it with a token, and asks with several connections at once: rows in every form, and what is malformed, too large,
slow, half-closed, broken off, of another host or without the token. A good request must have the bytes that `mtlc predict` writes, a bad one a
refusal of its kind; in the end the server must be alive, have said nothing of a panic, hold no more memory than after the first quarter of
the time, and end by SIGTERM with code 0. `--rate` bounds how many requests begin in a second. If both processes are suspended for a while
(SIGSTOP, a laptop that is closed), limits of time run out for what was under way, which is counted by itself and not judged. Needs nothing but Python. Ends with 1
if something was otherwise.
"""

import argparse
import asyncio
import collections
import csv
import json
import os
import pathlib
import random
import signal
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE = ROOT / "pipelines/data/penguins.csv"
PATH = "/v1/models/penguins:predict"
TOKEN = "let-me-in-7"
NUMBERS = ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"]
# How much more memory there may be in the end than after a quarter of the time.
GROWTH = 16 << 20
# Nothing here computes for so many seconds: if no task ran for longer, the process was suspended.
SUSPENDED = 3


class Storm:
    def __init__(self, port, rows, lines, seed, rate):
        self.port, self.rows, self.lines = port, rows, lines
        self.random = random.Random(seed)
        self.counts, self.wrong = collections.Counter(), []
        # When the next request may begin, and how long after it another; when the process came back last, and how often.
        self.next, self.apart = time.monotonic(), 1 / rate if rate else 0
        self.back, self.pauses, self.unjudged = 0.0, 0, 0

    def head(self, length, kind="application/json", path=PATH, more="", token=TOKEN, method="POST", host="127.0.0.1"):
        token = f"Authorization: Bearer {token}\r\n" if token else ""
        length = "" if length is None else f"Content-Length: {length}\r\n"
        return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Type: {kind}\r\n{token}{length}{more}\r\n".encode()

    def request(self, body, **more):
        return self.head(len(body), **more) + body

    async def send(self, pieces, pause=0.0, close_half=False, close_after=False):
        """What is answered to some bytes: status and body; (0, …) if the connection ends before that."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for piece in pieces:
                writer.write(piece)
                await writer.drain()
                if pause:
                    await asyncio.sleep(pause)
            if close_after:
                return 0, b""
            if close_half:
                writer.write_eof()
            answer = await asyncio.wait_for(reader.read(), 90)
        except (ConnectionError, BrokenPipeError):
            # A request that is too large is answered before it is there, and the rest of it is not taken.
            answer = b""
            try:
                answer = await asyncio.wait_for(reader.read(), 5)
            except (ConnectionError, asyncio.TimeoutError):
                pass
        finally:
            writer.close()
        head, _, body = answer.partition(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1]) if head.startswith(b"HTTP/1.1 ") else 0
        return status, body

    def some(self, most=8):
        return [self.random.randrange(len(self.rows)) for _ in range(self.random.randint(1, most))]

    def said(self, places):
        """What `predict` says of rows, numbered from 1 on in each request."""
        return ['{"row":' + str(number) + self.lines[place] for number, place in enumerate(places, 1)]

    def must(self, what, answered, statuses, body=None):
        status, own = answered
        self.counts[f"{what}: {status}"] += 1
        if status in (429, 503):
            return None
        if status not in statuses or (body is not None and own != body):
            return f"{what}: {status} {own[:300]!r}, and not {statuses} {'' if body is None else body[:300]!r}"
        return None

    async def good(self):
        places = self.some()
        instances = [self.rows[place] for place in places]
        objects = self.said(places)
        form = self.random.choice(["json", "spaced", "lines", "csv", "slow", "half"])
        whole = ('{"predictions":[' + ",".join(objects) + "]}").encode()
        if form == "lines":
            body = "".join(json.dumps(row) + "\n" for row in instances).encode()
            answered = await self.send([self.request(body, kind="application/x-ndjson")])
            return self.must("good lines", answered, [200], "".join(line + "\n" for line in objects).encode())
        if form == "csv":
            cells = [["" if row[name] is None else str(row[name]) for name in [*NUMBERS, "island"]] for row in instances]
            body = "\n".join(",".join(row) for row in [[*NUMBERS, "island"], *cells]).encode() + b"\n"
            return self.must("good csv", await self.send([self.request(body, kind="text/csv")]), [200], whole)
        body = json.dumps({"instances": instances}, indent=2 if form == "spaced" else None).encode()
        bytes_ = self.request(body)
        if form == "slow":
            size = max(1, len(bytes_) // 8)
            pieces = [bytes_[start : start + size] for start in range(0, len(bytes_), size)]
            return self.must("good and slow", await self.send(pieces, pause=0.05), [200], whole)
        return self.must(f"good {form}", await self.send([bytes_], close_half=form == "half"), [200], whole)

    async def bad(self):
        choose = self.random.choice
        row = dict(self.rows[self.random.randrange(len(self.rows))])
        kind = choose(["json", "type", "lacks", "many", "claims", "chunks", "token", "host", "path", "method", "noise", "left", "cut", "content", "deep", "bytes", "arrow", "long head"])
        if kind == "json":
            body = json.dumps({"instances": [row]}).encode()
            place = self.random.randrange(1, len(body))
            # Within a text a brace is a letter, and the text one that training did not have.
            body = choose([body[:place], body[:place] + b"}" + body[place:], b"", b"[]", b"null", b'{"instances": [3]}', b'{"instances": []}', b'{"other": 1}'])
            return self.must("malformed", await self.send([self.request(body)]), [200, 400, 422])
        if kind == "type":
            row[choose(NUMBERS)] = choose(["much", [1, 2], {"a": 1}, "1e999", "12 mm", True])
            return self.must("of another type", await self.send([self.request(json.dumps({"instances": [row]}).encode())]), [200, 422])
        if kind == "lacks":
            del row[choose(NUMBERS)]
            return self.must("lacks a column", await self.send([self.request(json.dumps({"instances": [row]}).encode())]), [422])
        if kind == "many":
            body = json.dumps({"instances": [row] * 101}).encode()
            return self.must("too many rows", await self.send([self.request(body)]), [413])
        if kind == "claims":
            return self.must("claims too much", await self.send([self.head(10_000_000_000)]), [413])
        if kind == "chunks":
            chunk = b"100000\r\n" + b" " * (1 << 20) + b"\r\n"
            head = self.head(None, more="Transfer-Encoding: chunked\r\n")
            return self.must("too large", await self.send([head, chunk, chunk]), [0, 413])
        if kind == "token":
            body = json.dumps({"instances": [row]}).encode()
            return self.must("without the token", await self.send([self.request(body, token=choose(["", "let-me-in-8", "x" * 5000, TOKEN[:-1]]))]), [401])
        if kind == "host":
            body = json.dumps({"instances": [row]}).encode()
            return self.must("of another host, with the token", await self.send([self.request(body, host="evil.example")]), [200])
        if kind == "path":
            path = choose(["/", "/v1/models", "/v1/models/none:predict", "/../etc/passwd", "/metrics", "/openapi.json", PATH + "?data=none", PATH + "?x", "/%00", "/" + "a" * 3000])
            return self.must("other paths", await self.send([self.request(b"", path=path, method="GET")]), [200, 400, 404, 405])
        if kind == "method":
            return self.must("other methods", await self.send([self.request(b"", method=choose(["PUT", "DELETE", "PATCH", "BREW"]))]), [405])
        if kind == "noise":
            noise = self.random.randbytes(self.random.randint(1, 300)) + b"\r\n\r\n"
            return self.must("noise", await self.send([noise], close_half=True), [0, 400, 414, 431, 505])
        whole = self.request(json.dumps({"instances": [row]}).encode())
        if kind == "left":
            await self.send([whole[: self.random.randrange(1, len(whole))]], close_after=True)
            return self.must("went away", (0, b""), [0])
        if kind == "cut":
            return self.must("broken off", await self.send([whole[: self.random.randrange(1, len(whole))]], close_half=True), [0, 400, 408])
        if kind == "content":
            return self.must("another type of content", await self.send([self.request(b"x", kind=choose(["text/plain", "", "image/png", "application/jso"]))]), [415])
        if kind == "deep":
            body = b'{"instances": [' + b"[" * 20_000 + b"]" * 20_000 + b"]}"
            return self.must("nested deep", await self.send([self.request(body)]), [400, 422])
        if kind == "bytes":
            return self.must("no text", await self.send([self.request(self.random.randbytes(200))]), [400, 422])
        if kind == "arrow":
            body = b"\xff\xff\xff\xff" + self.random.randbytes(self.random.randint(0, 400))
            return self.must("no Arrow", await self.send([self.request(body, kind="application/vnd.apache.arrow.stream")]), [422])
        more = "X-Long: " + "a" * 200_000 + "\r\n"
        return self.must("a long head", await self.send([self.request(b"{}", more=more)]), [0, 400, 431])

    async def worker(self, until):
        while time.monotonic() < until and len(self.wrong) < 20:
            now = time.monotonic()
            self.next = max(self.next + self.apart, now)
            await asyncio.sleep(self.next - now)
            began, wrong = time.monotonic(), None
            try:
                wrong = await (self.good() if self.random.random() < 0.6 else self.bad())
            except Exception as error:
                wrong = f"{type(error).__name__}: {error}"
            if wrong:
                # The watch has to be asked first whether there was a pause.
                await asyncio.sleep(1)
                if self.back > began:
                    self.unjudged += 1
                else:
                    self.wrong.append(wrong)

    async def watch(self):
        last = time.monotonic()
        while True:
            await asyncio.sleep(0.2)
            now = time.monotonic()
            if now - last > SUSPENDED:
                self.back, self.pauses = now, self.pauses + 1
            last = now


def seconds(process):
    """What the server has computed so far."""
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(process):
    pages = pathlib.Path(f"/proc/{process.pid}/statm").read_text().split()[1]
    return int(pages) * 4096


async def storm(given, process, port, rows, lines):
    began = time.monotonic()
    until = began + 60 * given.minutes
    storms = Storm(port, rows, lines, given.seed, given.rate)
    watch = asyncio.create_task(storms.watch())
    workers = [asyncio.create_task(storms.worker(until)) for _ in range(given.connections)]
    held = []
    while not all(worker.done() for worker in workers) and process.poll() is None:
        held.append((time.monotonic() - began, memory(process), seconds(process)))
        await asyncio.sleep(min(5, 60 * given.minutes / 40))
    if process.poll() is None:
        await asyncio.gather(*workers)
    watch.cancel()
    return storms, held


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--mtlc", default=str(ROOT / "target/release/mtlc"))
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rate", type=float, default=0, help="so many requests a second at most; as fast as they are answered without it")
    parser.add_argument("--device", default="flex", help="libtorch adds up in another order for another number of rows, so that last bits of its answers differ")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run, answers, log = f"{folder}/run", f"{folder}/answers.jsonl", open(f"{folder}/log", "w+")
        subprocess.run([given.mtlc, "run", str(ROOT / "pipelines/penguins.mtl"), "--out", run, "-q", "--device", given.device], check=True, stdout=subprocess.DEVNULL)
        subprocess.run([given.mtlc, "predict", run, "--data", str(TABLE), "--out", answers], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Behind the number of the row, as they are written.
        lines = [line.rstrip("\n")[line.index(",") :] for line in open(answers)]
        number = lambda cell: None if cell in ("", "NA") else float(cell)
        rows = [{**{name: number(row[name]) for name in NUMBERS}, "island": row["island"]} for row in csv.DictReader(open(TABLE))]
        assert len(rows) == len(lines)
        command = [given.mtlc, "serve", run, "--port", "0", "--token", TOKEN, "--max-body", "1", "--max-rows", "100", "--timeout", "20", "--reload", "0.2"]
        process = subprocess.Popen(command, stderr=log, stdout=subprocess.DEVNULL)
        port = None
        while port is None:
            time.sleep(0.1)
            first = open(log.name).readline()
            port = int(json.loads(first)["address"].rsplit(":", 1)[1]) if first.endswith("\n") else None
        storms, held = asyncio.run(storm(given, process, port, rows, lines))
        wrong = storms.wrong
        if process.poll() is not None:
            wrong.append(f"the server ended with {process.returncode}")
        process.send_signal(signal.SIGTERM)
        if process.wait() != 0:
            wrong.append(f"it ended with {process.returncode}")
        said = open(log.name).read()
        wrong += [line for line in said.splitlines() if "panicked" in line][:5]
        most = lambda share: max(bytes_ for _, bytes_, _ in held[: max(1, int(share * len(held)))])
        early, late = most(0.25), most(1.0)
        if late > early + GROWTH:
            wrong.append(f"memory grew from {early >> 20} to {late >> 20} MiB")
        for what, count in sorted(storms.counts.items()):
            print(f"{count:8} {what}")
        answered = collections.Counter()
        for what, count in storms.counts.items():
            answered[what.rsplit(" ", 1)[1]] += count
        print("by status:", ", ".join(f"{status}: {count}" for status, count in sorted(answered.items())), "(0: the connection ended)")
        for share in (0, 1 / 6, 1 / 4, 1 / 2, 3 / 4, 1):
            when, bytes_, computed = held[min(len(held) - 1, int(share * len(held)))]
            print(f"after {when / 60:5.1f} minutes: {bytes_ / (1 << 20):.1f} MiB, {computed:.1f} s computed by the server")
        print(f"{sum(storms.counts.values())} requests in {given.minutes} minutes, {storms.unjudged} of them not judged, for they were cut off by one of {storms.pauses} pauses")
        print("\n".join(["wrong:", *wrong[:20]]) if wrong else "nothing was wrong")
        return int(bool(wrong))


sys.exit(main())
