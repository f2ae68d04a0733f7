"""Training by several processes: examples per second of 1, 2 and 4 ranks on this machine, and what a model of it says of more.

    python benches/ranks/run.py --mtlc target/release/mtlc

The program is built with `--features mpi`, and `mpirun` is in the path. The nets are those of `benches/pytorch/`. Each rank computes with one thread.
Of each net it is measured what a step costs for itself and what for each row (by one rank, at the batch and at half and a quarter of it), and what 2
and 4 ranks make of the batch. The model (docs/scale.md) takes the first two, the net's size, and a network: it is compared with what was measured
here, and then asked about networks that are not here. Needs numpy and torch, as `benches/pytorch/loops.py`, whose data it uses.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

import numpy

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "pytorch"))
from loops import data, spec  # noqa: E402
from nets import nets  # noqa: E402

# Bytes a second and seconds a message between two ranks: what their makers say, less a fifth.
NETWORKS = {"25 Gbit/s Ethernet": (2.5e9, 30e-6), "200 Gbit/s InfiniBand": (20e9, 3e-6)}
# Sums of a few numbers in a step: rows, losses, whether anybody wants to stop, which weights are reached.
SMALL = 4


def run(given, folder, text, ranks):
    """Examples per second, and how many weights are trained."""
    (folder / "s.mtl").write_text(text)
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    command = [given.mtlc, "run", str(folder / "s.mtl"), "--device", "flex", "--out", str(out)]
    if ranks > 1:
        command = ["mpirun", "-n", str(ranks), *command]
    allowed = {name: "1" for name in ("OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "OMPI_MCA_rmaps_base_oversubscribe")}
    environment = os.environ | allowed | {"RAYON_NUM_THREADS": "1", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    weights = next(int(line.split(": ")[1].split()[0]) for line in done.stderr.splitlines() if line.startswith("Training "))
    return json.loads((out / "report.json").read_text())["train"]["examples_per_second"], weights


def best(given, folder, text, ranks):
    found = [run(given, folder, text, ranks) for _ in range(given.turns)]
    return max(rate for rate, _ in found), found[0][1]


def sums(weights, ranks, bandwidth, latency):
    """Seconds of the sums of a step: the gradient in a ring, the small ones in a tree; and the gradient is copied out, in and back."""
    if ranks == 1:
        return 0.0
    ring = 2 * (ranks - 1) / ranks * 4 * weights / bandwidth + 2 * (ranks - 1) * latency
    # With many ranks and few numbers a library takes the tree.
    tree = 2 * math.ceil(math.log2(ranks)) * (latency + 4 * weights / bandwidth)
    return min(ring, tree) + SMALL * 2 * math.ceil(math.log2(ranks)) * latency + 3 * 4 * weights / COPIES


# Bytes a second that one core copies.
COPIES = 4e9


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--turns", type=int, default=2)
    arguments.add_argument("--epochs", type=int, default=2)
    arguments.add_argument("--only", default="", help="nets with one of these in their name, parted by semicolons")
    arguments.add_argument("--rows", type=int, default=8000)
    given = arguments.parse_args()
    given.precision, given.width = "f32", 512
    draw = numpy.random.default_rng(1)
    measured = []
    print("| net | weights | batch | 1 rank, rows/s | 2 ranks | efficiency | 4 ranks on 2 cores | beside 2 ranks |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for net in nets(given.width):
        if not any(part in f"{net.name}, {net.tasks} tasks, {net.batch}" for part in given.only.split(";")):
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            rows = given.rows if net.shape is not None and len(net.shape) == 1 else given.rows // 4 if "CNN" in net.name else given.rows // 16
            data(net, rows, draw, folder)
            rates, weights = {}, 0
            for ranks in (1, 2, 4):
                rates[ranks], weights = best(given, folder, spec(net, given), ranks)
            seconds = [(net.batch / part, net.batch / part / best(given, folder, spec(net, given, net.batch // part), 1)[0]) for part in (1, 2, 4)]
        per_row, per_step = numpy.polyfit(*zip(*seconds), 1)
        per_step = max(per_step, 0.0)
        measured.append((net, weights, max(per_row, 1e-12), per_step))
        name = f"{net.name}, {net.tasks} tasks"
        print(
            f"| {name} | {weights:,} | {net.batch} | {rates[1]:,.0f} | {rates[2]:,.0f} | {rates[2] / rates[1] / 2:.0%} "
            f"| {rates[4]:,.0f} | {rates[4] / rates[2]:.2f} |",
            flush=True,
        )
    for network, (bandwidth, latency) in NETWORKS.items():
        print(f"\n{network}, a rank as fast as one core here, as many rows for each rank as the batch above has:\n")
        counts = [8, 32, 128, 512, 1024]
        print("| net | step of one rank, ms | traffic per rank and step, MB | " + " | ".join(f"{count} ranks" for count in counts) + " |")
        print("| --- | ---: | ---: | " + " | ".join("---:" for _ in counts) + " |")
        for net, weights, per_row, per_step in measured:
            one = per_step + per_row * net.batch
            cells = [f"{one / (one + sums(weights, count, bandwidth, latency)):.0%}" for count in counts]
            print(f"| {net.name}, {net.tasks} tasks | {1e3 * one:.1f} | {8 * weights / 1e6:.1f} | " + " | ".join(cells) + " |")


if __name__ == "__main__":
    main()
