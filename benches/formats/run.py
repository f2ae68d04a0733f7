"""Reads one table in every format with mtlc and with pyarrow, in one run, and prints the ratios.

    python benches/formats/run.py --mtlc target/release/mtlc [--rows 1000000] [--columns 20]

`mtlc check --data` reads, checks every cell, cuts the split, looks for copies and labels that leak, and prepares batches; pyarrow
reads into memory and hands each column to numpy. Each has a process of its own, of whose memory nothing has been touched before: what
counts of mtlc is all of it, of pyarrow the reading, without the start of Python and its imports. What a second reading takes in the
same process, whose memory is there already, is printed beside it. Needs pyarrow and numpy.
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
import pyarrow.feather
import pyarrow.json
import pyarrow.parquet

SPEC = """use std.tasks.{{regression}}

data d: {format}("{file}") {{
  split {{ train: 80%, valid: 10%, test: 10% }}
  columns {{ {key}c1 .. c{last}: number }}
}}

input x from d[c1 .. c{before}] -> standardize
task y: regression from x {{ label: d.c{last} }}
"""


def table(rows, columns):
    draw = numpy.random.default_rng(0)
    names = ["key"] + [f"c{place}" for place in range(1, columns)]
    arrays = [pyarrow.array([f"k{row}" for row in range(rows)])]
    arrays += [pyarrow.array(draw.normal(size=rows).round(4)) for _ in range(1, columns)]
    return pyarrow.table(arrays, names=names)


def write(data, folder):
    pyarrow.csv.write_csv(data, folder / "d.csv")
    pyarrow.parquet.write_table(data, folder / "d.parquet")
    pyarrow.feather.write_feather(data, folder / "d.arrow")
    columns = data.to_pydict()
    with open(folder / "d.jsonl", "w") as lines:
        for row in zip(*columns.values()):
            cells = (f'"{name}": {repr(cell) if isinstance(cell, float) else chr(34) + cell + chr(34)}' for name, cell in zip(columns, row))
            lines.write("{" + ", ".join(cells) + "}\n")


READERS = {
    "csv": lambda path: pyarrow.csv.read_csv(path),
    "jsonl": lambda path: pyarrow.json.read_json(path),
    "parquet": lambda path: pyarrow.parquet.read_table(path),
    "arrow": lambda path: pyarrow.feather.read_table(path, memory_map=False),
}


def read(format, path):
    start = time.perf_counter()
    data = READERS[format](path)
    for name in data.column_names[1:]:
        data[name].to_numpy()
    return time.perf_counter() - start


def by_pyarrow(format, path):
    """Seconds of the first reading of a process, and the least of three later ones."""
    said = subprocess.run([sys.executable, __file__, "--read", format, path], check=True, capture_output=True, text=True).stdout
    return [float(word) for word in said.split()]


def by_mtlc(mtlc, spec):
    start = time.perf_counter()
    status = subprocess.run([mtlc, "check", "--data", spec], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    seconds = time.perf_counter() - start
    if status not in (0, 1):
        sys.exit(f"mtlc failed on {spec}: {status}")
    return seconds


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--columns", type=int, default=20)
    arguments.add_argument("--times", type=int, default=3)
    arguments.add_argument("--read", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.read:
        print(read(*given.read), min(read(*given.read) for _ in range(3)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(table(given.rows, given.columns), folder)
        last = given.columns - 1
        print("| format | file MB | mtlc check --data s | pyarrow s | ratio | pyarrow again s |\n| --- | ---: | ---: | ---: | ---: | ---: |")
        for format in READERS:
            path = folder / f"d.{format}"
            spec = folder / f"{format}.mtl"
            spec.write_text(SPEC.format(format=format, file=path.name, key="key: id, ", last=last, before=last - 1))
            ours, theirs = [], []
            # Turn by turn, so that a busy machine is busy for both.
            for _ in range(given.times):
                theirs.append(by_pyarrow(format, path))
                ours.append(by_mtlc(given.mtlc, spec))
            size, other = path.stat().st_size / 1e6, min(ours)
            first, again = (min(seconds) for seconds in zip(*theirs))
            print(f"| {format} | {size:.0f} | {other:.2f} | {first:.2f} | {other / first:.1f} | {again:.2f} |", flush=True)


if __name__ == "__main__":
    main()
