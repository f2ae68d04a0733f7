"""Times the commands that must feel instant, as processes: checking specs, and training on a small table.

    python benches/commands/run.py --mtlc target/release/mtlc

Prints the median and the least of many runs, and the least in terms of what this machine takes to start a Python that does nothing,
which is about ten milliseconds on a quiet one: the machine's mood is in both. Needs nothing but Python.
"""

import argparse
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HEAD = """use std.tasks.{regression}

data d: csv("d.csv") {
  split { train: 70%, valid: 15%, test: 15% }
  columns { x1 .. x8: number, y: number }
}

input x from d[x1 .. x8] -> standardize
shared trunk from x -> dense(16) -> relu

"""

# Ten lines with what follows.
NODE = """/// Node {number}, on the one before it.
shared node{number} from {before}
  -> dense(32)
  -> relu
  -> dense(16)

task task{number}: regression from node{number} {{
  label: d.y
  target: standardize
}}
"""


def spec(lines):
    nodes = (lines - HEAD.count("\n")) // NODE.count("\n")
    return HEAD + "".join(NODE.format(number=number, before="trunk" if number % 10 == 0 else f"node{number - 1}") for number in range(nodes))


def seconds(command, codes=(0,)):
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    taken = time.perf_counter() - start
    if done.returncode not in codes:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return taken


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--runs", type=int, default=20)
    given = arguments.parse_args()
    mtlc = str(pathlib.Path(given.mtlc).resolve())
    penguins = pathlib.Path(__file__).resolve().parents[2] / "pipelines" / "penguins.mtl"
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for lines in (200, 10_000):
            (folder / f"{lines}.mtl").write_text(spec(lines))
        (folder / "many").mkdir()
        for number in range(500):
            (folder / "many" / f"{number:03}.mtl").write_text(spec(60))
        commands = [
            ("`check`, 200 lines", ["check", str(folder / "200.mtl")]),
            ("`check`, 10,000 lines", ["check", str(folder / "10000.mtl")]),
            ("`check`, 500 files of 60 lines", ["check", str(folder / "many")]),
            ("`fmt --check`, 10,000 lines", ["fmt", "--check", str(folder / "10000.mtl")]),
            ("`check --data`, penguins", ["check", "--data", str(penguins)]),
            ("`run`, penguins", ["run", str(penguins), "--out", str(folder / "run"), "-q"]),
        ]
        able = {word for word in ("run",) if "Not in this build" not in subprocess.run([mtlc, "help", word], capture_output=True, text=True).stdout}
        print("| command | median, ms | least, ms | least, in starts of Python |\n| --- | ---: | ---: | ---: |")
        for what, words in commands:
            if words[0] == "run" and "run" not in able:
                print(f"| {what} | not in this build | | |")
                continue
            taken, starts = [], []
            for number in range(given.runs):
                own = [word if word != str(folder / "run") else f"{word}{number}" for word in words]
                taken.append(seconds([mtlc, *own], codes=(0, 1)))
                starts.append(seconds([sys.executable, "-I", "-S", "-c", "pass"]))
            least = min(taken)
            print(f"| {what} | {statistics.median(taken) * 1e3:.0f} | {least * 1e3:.0f} | {least / min(starts):.1f} |", flush=True)


if __name__ == "__main__":
    main()
