"""Every measurement that stands in benches/README.md, one after the other, as Markdown.

    cargo build --release && cargo bench --bench batches --no-run
    python benches/run.py --mtlc target/release/mtlc --bench target/release/deps/batches-… [--only large …]

What needs a package that this Python lacks is passed over, and said.
"""

import argparse
import importlib.util
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).parent

# What each is called, the programs that it measures, and the packages that it needs.
PARTS = [
    ("commands", "mtlc", []),
    ("batches", "bench", ["numpy", "pyarrow"]),
    ("formats", "mtlc", ["numpy", "pyarrow"]),
    ("pictures", "bench", ["numpy", "PIL", "torch", "torchvision"]),
    ("texts", "mtlc bench", []),
    ("large", "mtlc", ["numpy", "pyarrow"]),
]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--bench", required=True)
    arguments.add_argument("--only", nargs="*", default=[name for name, _, _ in PARTS])
    given = arguments.parse_args()
    failed = []
    for name, programs, packages in PARTS:
        if name not in given.only:
            continue
        print(f"\n## {name}\n", flush=True)
        missing = [package for package in packages if importlib.util.find_spec(package) is None]
        if missing:
            print(f"not measured: this Python has no {', '.join(missing)}")
            continue
        own = [word for program in programs.split() for word in (f"--{program}", getattr(given, program))]
        if subprocess.run([sys.executable, str(HERE / name / "run.py"), *own]).returncode != 0:
            failed.append(name)
    if failed:
        sys.exit(f"\nfailed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
