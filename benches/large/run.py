"""Checks, trains, interrupts and resumes on a table that does not fit into memory, and prints time and peak memory of each command.

    python benches/large/run.py --mtlc target/release/mtlc [--rows 20000000] [--columns 20] [--folder SCRATCH]

The table is Parquet, written here one row group at a time. Memory is the peak of resident memory as the system reports it, mapped
pages included. Needs pyarrow and numpy, and as much room in the folder as the table and its cache take (7 GB for twenty million rows).
"""

import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

import numpy
import pyarrow
import pyarrow.parquet

SPEC = """use std.tasks.{{classification, regression}}

data d: parquet("d.parquet") {{
  split {{ train: 80%, valid: 10%, test: 10% }}
  columns {{ c1 .. c{numbers}: number, kind: category, y: number }}
}}

input x    from d[c1 .. c{numbers}] -> impute(median) -> standardize
shared trunk from x -> dense(64) -> relu -> dense(64) -> relu
task y:    regression     from trunk {{ label: d.y }}
task kind: classification from trunk {{ label: d.kind }}

train {{ epochs: 1, batch: 1024, seed: 1{steps} }}
"""

GROUP = 1_000_000


def write(path, rows, columns):
    numbers = columns - 2
    draw = numpy.random.default_rng(0)
    names = [f"c{place}" for place in range(1, numbers + 1)] + ["kind", "y"]
    kinds = numpy.array(["low", "mid", "high"])
    writer = None
    for start in range(0, rows, GROUP):
        count = min(GROUP, rows - start)
        x = draw.normal(size=(numbers, count)).astype(numpy.float32)
        score = x[0] + x[1] * x[2] + 0.1 * draw.normal(size=count)
        arrays = [pyarrow.array(column, mask=draw.random(count) < 0.01) for column in x]
        arrays += [pyarrow.array(kinds[numpy.digitize(score, [-0.7, 0.7])]), pyarrow.array(score)]
        batch = pyarrow.table(arrays, names=names)
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(path, batch.schema)
        writer.write_table(batch)
    writer.close()


def run(what, command, interrupt_after=None, codes=(0,)):
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    if interrupt_after is not None:
        time.sleep(interrupt_after)
        process.send_signal(signal.SIGINT)
    said = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    code = os.waitstatus_to_exitcode(status)
    if code not in codes:
        sys.exit(f"{what}: mtlc ended with {code}\n{said}")
    print(f"| {what} | {time.perf_counter() - start:.0f} | {usage.ru_maxrss / 1024:.0f} |", flush=True)
    return time.perf_counter() - start


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--rows", type=int, default=20_000_000)
    arguments.add_argument("--columns", type=int, default=20)
    arguments.add_argument("--steps", type=int, default=0, help="updates per epoch; all rows once if 0")
    arguments.add_argument("--folder", default=None)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        folder = pathlib.Path(name)
        os.environ["MTLC_CACHE"] = str(folder / "cache")
        mtlc = str(pathlib.Path(given.mtlc).resolve())
        start = time.perf_counter()
        write(folder / "d.parquet", given.rows, given.columns)
        size = (folder / "d.parquet").stat().st_size / 1e6
        print(f"{given.rows} rows, {given.columns} columns, {size:.0f} MB of Parquet, written in {time.perf_counter() - start:.0f} s\n")
        steps = f", epoch: steps({given.steps})" if given.steps else ""
        (folder / "d.mtl").write_text(SPEC.format(numbers=given.columns - 2, steps=steps))
        spec = str(folder / "d.mtl")
        print("| command | s | peak MB |\n| --- | ---: | ---: |")
        run("`check --data`", [mtlc, "check", "--data", spec], codes=(0, 1))
        run("`check --data` again, from the cache", [mtlc, "check", "--data", spec], codes=(0, 1))
        straight = run("`run`", [mtlc, "run", spec, "--out", str(folder / "straight"), "-q"])
        # In the middle of the epoch, whatever preparing takes.
        run("`run`, interrupted", [mtlc, "run", spec, "--out", str(folder / "resumed"), "-q"], straight * 0.6, (130,))
        run("`run --resume`", [mtlc, "run", "--resume", str(folder / "resumed"), "-q"])
        same = all(
            (folder / "straight" / file).read_bytes() == (folder / "resumed" / file).read_bytes()
            for file in ("model.safetensors", "preprocessing.json")
        )
        print(f"\nThe interrupted run {'is' if same else 'IS NOT'} the same as the straight one, byte for byte.")
        sys.exit(0 if same else 1)


if __name__ == "__main__":
    main()
