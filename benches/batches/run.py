"""CSV and Parquet to shuffled batches of prepared numbers, with mtlc and with pyarrow and numpy, in one run, and prints the ratios.

    cargo bench --bench batches --no-run
    python benches/batches/run.py --bench target/release/deps/batches-… [--rows 1000000] [--columns 20] [--batch 1024]

Both read the file, learn each column's mean and deviation, standardise, and hand out every row once, in batches of 32-bit numbers in
an order at random; the sums of all values, without their signs, are compared. mtlc also checks every cell, notes a hash per row and cuts the split. pyarrow
uses all processors, as it does unasked. Each has a process of its own, the starts of which do not count. The least of three runs of each,
turn by turn. Needs pyarrow and numpy.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy
import pyarrow
import pyarrow.csv
import pyarrow.parquet

SPEC = """use std.tasks.{{regression}}

data d: {format}("d.{format}") {{
  split {{ train: 100% }}
  columns {{ c1 .. c{last}: number }}
}}

input x from d[c1 .. c{before}] -> standardize
task y: regression from x {{ label: d.c{last} }}
"""

READ = {"csv": pyarrow.csv.read_csv, "parquet": pyarrow.parquet.read_table}


def write(folder, rows, columns):
    draw = numpy.random.default_rng(0)
    values = draw.normal(3, 2, size=(columns, rows)).round(4)
    # Every other column is skewed, so that the sums tell one way to scale from another.
    data = pyarrow.table({f"c{place + 1}": numpy.exp(column) if place % 2 else column for place, column in enumerate(values)})
    pyarrow.csv.write_csv(data, folder / "d.csv")
    pyarrow.parquet.write_table(data, folder / "d.parquet")


def by_pyarrow(path, format, batch):
    start = time.perf_counter()
    table = READ[format](path)
    columns = [column.to_numpy() for column in table.columns]
    x = numpy.empty((table.num_rows, len(columns) - 1), dtype=numpy.float32)
    for place, column in enumerate(columns[:-1]):
        x[:, place] = (column - column.mean()) / column.std()
    y = ((columns[-1] - columns[-1].mean()) / columns[-1].std()).astype(numpy.float32)
    order = numpy.random.default_rng(0).permutation(len(x))
    total = 0.0
    for begin in range(0, len(x), batch):
        rows = order[begin : begin + batch]
        one, _ = x[rows], y[rows]
        total += float(numpy.abs(one).sum(dtype=numpy.float64))
    return time.perf_counter() - start, total


def in_a_process(path, format, batch):
    """The same in a process of its own, of whose memory nothing has been touched before, as of the other's."""
    words = [sys.executable, __file__, "--read", str(path), format, "--batch", str(batch)]
    return [float(word) for word in subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()]


def by_mtlc(bench, spec, batch):
    said = subprocess.run([bench, spec, str(batch)], check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in said.splitlines()]
    steps = [(what, float(rest[-1])) for what, *rest in lines]
    # What is read, what is fitted, and the first time through.
    return sum(seconds for _, seconds in steps[:3]), dict(steps)["sum"]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bench")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--columns", type=int, default=20)
    arguments.add_argument("--batch", type=int, default=1024)
    arguments.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.read:
        print(*by_pyarrow(*given.read, given.batch))
        return
    if not given.bench:
        arguments.error("name the program by --bench")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder, given.rows, given.columns)
        print(f"{given.rows} rows, {given.columns} columns, batches of {given.batch}\n")
        print("| format | mtlc, s | pyarrow and numpy, s | ratio |\n| --- | ---: | ---: | ---: |")
        for format in READ:
            spec = folder / f"{format}.mtl"
            spec.write_text(SPEC.format(format=format, last=given.columns, before=given.columns - 1))
            ours, theirs = [], []
            for _ in range(3):
                ours.append(by_mtlc(given.bench, spec, given.batch))
                theirs.append(in_a_process(folder / f"d.{format}", format, given.batch))
            if abs(ours[0][1] - theirs[0][1]) > 1e-5 * abs(theirs[0][1]):
                sys.exit(f"{format}: the sums of all values differ, {ours[0][1]} and {theirs[0][1]}")
            left, right = min(ours)[0], min(theirs)[0]
            print(f"| {format} | {left:.2f} | {right:.2f} | {left / right:.2f} |", flush=True)


if __name__ == "__main__":
    main()
