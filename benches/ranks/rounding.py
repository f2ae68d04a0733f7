"""How far rounding goes in a training: `pipelines/tree.mtl` against itself, with what it is given moved by one part in ten million.

    python benches/ranks/rounding.py --mtlc target/debug/mtlc [--ranks 3] [--seeds 1 2 3 4 5 6 42]

One epoch of one process each, as written but for biases before the norms, which are rounding by themselves; then with a smooth function for `relu`, with means for the
maxima of pooling, and with both. With `--ranks` (a program with `mpi`, and `mpirun` in the path) so many ranks stand against one process instead, and nothing is moved. A row for each
net says, for each seed, the furthest that weights are apart. Needs numpy.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy

ROOT = pathlib.Path(__file__).parent.parent.parent
NETS = {
    "as it is": [],
    "`silu` for `relu`": [("relu", "silu")],
    "means for maxima": [("max_pool", "avg_pool")],
    "both": [("relu", "silu"), ("max_pool", "avg_pool")],
}


def weights(run):
    """The weights of a run that are trained, by name."""
    file = (run / "model.safetensors").read_bytes()
    head = int.from_bytes(file[:8], "little")
    about = json.loads(file[8 : 8 + head])
    start = 8 + head
    of = {name: file[start + one["data_offsets"][0] : start + one["data_offsets"][1]] for name, one in about.items() if name != "__metadata__"}
    return {name: numpy.frombuffer(own, "<f4") for name, own in of.items() if "running" not in name}


def train(given, folder, name, text, seed, ranks=1):
    (folder / f"{name}.mtl").write_text(text)
    out = folder / f"{name}-{ranks}-{seed}"
    command = [given.mtlc, "run", str(folder / f"{name}.mtl"), "--epochs", "1", "--seed", str(seed), "--device", "flex", "-q", "--out", str(out)]
    if ranks > 1:
        command = ["mpirun", "-n", str(ranks), *command]
    allowed = {name: "1" for name in ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe")}
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | allowed)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return weights(out)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mtlc", required=True, type=os.path.abspath)
    parser.add_argument("--ranks", type=int, default=1)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6, 42])
    parser.add_argument("--nets", nargs="+", default=list(NETS), choices=NETS)
    given = parser.parse_args()
    written = (ROOT / "pipelines" / "tree.mtl").read_text()
    written = written.replace('"data/', f'"{ROOT}/pipelines/data/').replace("padding: same)", "padding: same, bias: false)")
    print("| net | " + " | ".join(f"seed {seed}" for seed in given.seeds) + " |")
    print("| --- |" + " ---: |" * len(given.seeds))
    for net in given.nets:
        text = written
        for old, new in NETS[net]:
            text = text.replace(old, new)
        moved = text if given.ranks > 1 else text.replace("scale(1/255)", "scale(1/255 * 1.0000001)")
        cells = []
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            for seed in given.seeds:
                one = train(given, folder, "one", text, seed)
                other = train(given, folder, "other", moved, seed, given.ranks)
                cells.append(f"{max(numpy.abs(one[name] - other[name]).max() for name in one):.0e}")
        print(f"| {net} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main()
