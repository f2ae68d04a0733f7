"""Whole training loops, with their data: `mtlc run` beside the same nets in plain PyTorch, in turn, as examples per second.

    python benches/pytorch/loops.py --mtlc target/release/mtlc --device flex
    python benches/pytorch/loops.py --mtlc target/release/mtlc --device libtorch-cuda:0 --precision bf16 --width 2048

The PyTorch side is what a user writes: a `TensorDataset`, a `DataLoader` with shuffling, Adam, and autocast for bf16. Both run as
many epochs; of each, what it takes to read the data is left out, and the best of several turns counts, since a machine is seldom
left alone. Needs numpy and torch; the program needs a build with libtorch for the devices of that name.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

CLASSES = 10

SPEC = """use std.tasks.{{classification}}

data d: npz("d.npz") {{
  split {{ train: 80%, valid: 10%, test: 10% }}
  columns {{ x: number[{shape}], {labels} }}
}}

input x from d.x
shared trunk from x -> {trunk}

{tasks}

train {{ epochs: {epochs}, batch: {batch}, seed: 1, optimizer: adam(lr: 1e-3), precision: {precision} }}
evaluate {{ parts: [test] }}
"""


def mlp(width):
    trunk = f"dense({width}) -> relu -> dense({width}) -> relu"
    return (784,), trunk, lambda: nn.Sequential(nn.Linear(784, width), nn.ReLU(), nn.Linear(width, width), nn.ReLU()), width


def cnn(_):
    trunk = "conv2d(32, kernel: 3) -> relu -> max_pool(2) -> conv2d(64, kernel: 3) -> relu -> max_pool(2) -> conv2d(64, kernel: 3) -> relu -> flatten"
    return (3, 32, 32), trunk, lambda: nn.Sequential(
        nn.Conv2d(3, 32, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(64, 64, 3), nn.ReLU(), nn.Flatten(),
    ), 1024


def by_mtlc(given, folder, text):
    (folder / "s.mtl").write_text(text)
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    command = [given.mtlc, "run", str(folder / "s.mtl"), "--device", given.device, "--out", str(out), "-q"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return json.loads((out / "report.json").read_text())["train"]["examples_per_second"]


def by_torch(given, build, width, tasks, rows, labels, batch):
    device = "cuda" if "cuda" in given.device else "cpu"
    torch.manual_seed(1)
    trunk = build().to(device)
    heads = nn.ModuleList(nn.Linear(width, CLASSES) for _ in range(tasks)).to(device)
    optimizer = torch.optim.Adam([*trunk.parameters(), *heads.parameters()], lr=1e-3)
    data = torch.utils.data.TensorDataset(torch.from_numpy(rows), torch.from_numpy(labels))
    train, valid = torch.utils.data.random_split(data, [len(rows) - len(rows) // 5, len(rows) // 5])
    loader = torch.utils.data.DataLoader(train, batch, shuffle=True, pin_memory=device == "cuda")
    judge = torch.utils.data.DataLoader(valid, max(batch, 256))
    half = torch.autocast(device, torch.bfloat16, enabled=given.precision == "bf16")
    start = time.perf_counter()
    for _ in range(given.epochs):
        for x, y in loader:
            x, y = x.to(device, non_blocking=True), y.to(device, non_blocking=True)
            with half:
                shared = trunk(x)
                loss = sum(functional.cross_entropy(head(shared), y[:, task]) for task, head in enumerate(heads)) / tasks
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            right = sum((heads[0](trunk(x.to(device))).argmax(1) == y[:, 0].to(device)).sum() for x, y in judge)
        int(right)
    return given.epochs * len(train) / (time.perf_counter() - start)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--device", default="flex", help="as `mtlc run` has it")
    arguments.add_argument("--precision", default="f32", choices=["f32", "bf16"])
    arguments.add_argument("--rows", type=int, default=20_000)
    arguments.add_argument("--epochs", type=int, default=2)
    arguments.add_argument("--width", type=int, default=512, help="of the MLP")
    arguments.add_argument("--threads", type=int, default=0)
    arguments.add_argument("--turns", type=int, default=2)
    given = arguments.parse_args()
    given.mtlc = str(pathlib.Path(given.mtlc).resolve())
    if given.threads:
        torch.set_num_threads(given.threads)
    draw = numpy.random.default_rng(0)
    print(f"{given.device}, {given.precision}, PyTorch {torch.__version__}, {torch.get_num_threads()} threads\n")
    print("| net | tasks | batch | mtlc, examples/s | PyTorch eager | ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |", flush=True)
    for name, net, tasks, batch in [("MLP", mlp, 2, 256), ("MLP", mlp, 16, 256), ("MLP", mlp, 100, 256), ("MLP", mlp, 2, 4096), ("CNN", cnn, 2, 64)]:
        shape, trunk, build, width = net(given.width)
        rows = draw.normal(size=(given.rows, *shape)).astype(numpy.float32)
        flat = rows.reshape(given.rows, -1)
        labels = (flat[:, : tasks * 7] @ draw.normal(size=(tasks * 7, tasks * CLASSES))).reshape(-1, tasks, CLASSES).argmax(2)
        names = [f"t{task}" for task in range(tasks)]
        text = SPEC.format(
            shape=", ".join(map(str, shape)), trunk=trunk, epochs=given.epochs, batch=batch, precision=given.precision,
            labels=", ".join(f"{task}: category" for task in names),
            tasks="\n".join(f"task {task}: classification from trunk {{ label: d.{task} }}" for task in names),
        )
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            numpy.savez(folder / "d.npz", x=rows, **{task: labels[:, place] for place, task in enumerate(names)})
            own = other = 0.0
            for _ in range(given.turns):
                own = max(own, by_mtlc(given, folder, text))
                other = max(other, by_torch(given, build, width, tasks, rows, labels, batch))
        kind = f"{name} 784-{given.width}-{given.width}" if net is mlp else f"{name} on 32×32"
        print(f"| {kind} | {tasks} | {batch} | {own:,.0f} | {other:,.0f} | {own / other:.2f} |", flush=True)


if __name__ == "__main__":
    main()
