"""Whole training loops, with their data: `mtlc run` beside the same nets in plain PyTorch, in turn, as examples per second.

    python benches/pytorch/loops.py --mtlc target/release/mtlc --device flex
    python benches/pytorch/loops.py --mtlc target/release/mtlc --device libtorch --compile
    python benches/pytorch/loops.py --mtlc target/release/mtlc --device libtorch-cuda:0 --precision bf16 --width 2048
    python benches/pytorch/loops.py --mtlc target/release/mtlc --device flex --inference

The last compares forward alone, at batches of 1 and 256, as `mtlc plan --profile` measures it. Each net in PyTorch has a process of its own,
so that the most memory that either had at once can stand beside the other's.

The PyTorch side is what a user writes: a `TensorDataset`, a `DataLoader` with shuffling, Adam, and autocast for bf16. Both run as
many epochs; of each, what it takes to read the data is left out, and the best of several turns counts, since a machine is seldom
left alone. Needs numpy and torch; the program needs a build with libtorch for the devices of that name.
"""

import argparse
import json
import multiprocessing
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

from nets import CLASSES, LETTERS, nets, padded

SPEC = """use std.tasks.{{classification}}

data d: {source} {{
  split {{ train: 80%, valid: 10%, test: 10% }}
  columns {{ x: {kind}, {labels} }}
}}
{blocks}
input x from d.x{read}
shared trunk from x -> {trunk}

{tasks}

train {{ epochs: {epochs}, batch: {batch}, seed: 1, optimizer: adam(lr: 1e-3), precision: {precision} }}
evaluate {{ parts: [test] }}
"""


def spec(net, given, batch=None):
    names = [f"t{task}" for task in range(net.tasks)]
    text = net.shape is None
    return SPEC.format(
        source='csv("d.csv")' if text else 'npz("d.npz")',
        kind="text" if text else f"number[{', '.join(map(str, net.shape))}]",
        read=" -> characters(max: 200) -> embed(128)" if text else "",
        labels=", ".join(f"{task}: category" for task in names),
        blocks=net.blocks,
        trunk=net.trunk,
        epochs=given.epochs,
        batch=batch or net.batch,
        precision=given.precision,
        tasks="\n".join(f"task {task}: classification from trunk {{ label: d.{task} }}" for task in names),
    )


def data(net, count, draw, folder):
    """Rows and labels for PyTorch; the same in the folder for the program."""
    names = [f"t{task}" for task in range(net.tasks)]
    if net.shape is None:
        rows = ["".join(draw.choice(list(LETTERS[:-1]), draw.integers(20, 201))) for _ in range(count)]
        labels = numpy.array([[(ord(row[task]) + len(row)) % CLASSES for task in range(net.tasks)] for row in rows])
        lines = [",".join(["x", *names]), *(",".join([row, *map(str, own)]) for row, own in zip(rows, labels))]
        (folder / "d.csv").write_text("\n".join(lines) + "\n")
        return rows, labels
    rows = draw.normal(size=(count, *net.shape)).astype(numpy.float32)
    seen = min(net.tasks * 7, rows[0].size)
    weights = draw.normal(size=(seen, net.tasks * CLASSES))
    labels = (rows.reshape(count, -1)[:, :seen] @ weights).reshape(-1, net.tasks, CLASSES).argmax(2)
    numpy.savez(folder / "d.npz", x=rows, **{task: labels[:, place] for place, task in enumerate(names)})
    return rows, labels


def started(command):
    """Runs a command to its end; the most memory that it had, in MB."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    # The system's own account of an ended process counts what the one that started it had, so it is asked while it runs.
    most = 0.0
    while process.poll() is None:
        most = max(most, peak(process.pid))
        time.sleep(0.02)
    if process.returncode != 0:
        sys.exit(f"{' '.join(command)}\n{process.stderr.read()}")
    return most


def peak(process):
    """The most memory that a process has had, in MB."""
    try:
        status = pathlib.Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def by_mtlc(given, folder, text):
    """Examples per second, and MB."""
    (folder / "s.mtl").write_text(text)
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    memory = started([given.mtlc, "run", str(folder / "s.mtl"), "--device", given.device, "--out", str(out), "-q"])
    return json.loads((out / "report.json").read_text())["train"]["examples_per_second"], memory


def forward_by_mtlc(given, folder, text):
    """Rows per second of forward alone."""
    (folder / "s.mtl").write_text(text)
    started([given.mtlc, "plan", str(folder / "s.mtl"), "--device", given.device, "--profile", str(folder / "p.json")])
    found = json.loads((folder / "p.json").read_text())
    return found["rows"] / found["inference"]


def collate(rows):
    texts, labels = zip(*rows)
    return padded(texts), torch.stack(labels)


def made(given, net, compiled):
    device = "cuda" if "cuda" in given.device else "cpu"
    if given.threads:
        torch.set_num_threads(given.threads)
    torch.manual_seed(1)
    trunk = net.build().to(device)
    heads = nn.ModuleList(nn.Linear(net.width, CLASSES) for _ in range(net.tasks)).to(device)
    return device, torch.compile(trunk) if compiled else trunk, heads


def forward_by_torch(given, net, rows, batch):
    """Rows per second of forward alone, the median of many."""
    device, trunk, heads = made(given, net, False)
    trunk.eval()
    part = padded(rows[:batch]) if net.shape is None else torch.from_numpy(rows[:batch])
    there = lambda x: tuple(one.to(device) for one in x) if isinstance(x, tuple) else x.to(device)
    times, since = [], time.perf_counter()
    with torch.no_grad():
        while len(times) < 5 or (len(times) < 300 and time.perf_counter() - since < 1):
            start = time.perf_counter()
            shared = trunk(there(part))
            float(sum(head(shared).sum() for head in heads))
            times.append(time.perf_counter() - start)
    return batch / sorted(times[2:])[len(times[2:]) // 2]


def by_torch(given, net, rows, labels, compiled=False):
    """Examples per second, and MB. What is compiled is so in the first of one epoch more, which does not count."""
    device, trunk, heads = made(given, net, compiled)
    optimizer = torch.optim.Adam([*trunk.parameters(), *heads.parameters()], lr=1e-3)
    given_rows = rows if net.shape is None else torch.from_numpy(rows)
    data = list(zip(given_rows, torch.from_numpy(labels))) if net.shape is None else torch.utils.data.TensorDataset(
        given_rows, torch.from_numpy(labels)
    )
    train, valid = torch.utils.data.random_split(data, [len(rows) - len(rows) // 5, len(rows) // 5])
    join = collate if net.shape is None else None
    loader = torch.utils.data.DataLoader(train, net.batch, shuffle=True, pin_memory=device == "cuda", collate_fn=join)
    judge = torch.utils.data.DataLoader(valid, max(net.batch, 256), collate_fn=join)
    half = torch.autocast(device, torch.bfloat16, enabled=given.precision == "bf16")
    there = lambda x: tuple(part.to(device) for part in x) if isinstance(x, (tuple, list)) else x.to(device, non_blocking=True)
    start = time.perf_counter()
    for epoch in range(given.epochs + compiled):
        if epoch == compiled:
            start = time.perf_counter()
        trunk.train()
        for x, y in loader:
            x, y = there(x), y.to(device, non_blocking=True)
            with half:
                shared = trunk(x)
                loss = sum(functional.cross_entropy(head(shared), y[:, task]) for task, head in enumerate(heads)) / net.tasks
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        trunk.eval()
        with torch.no_grad():
            right = sum((heads[0](trunk(there(x))).argmax(1) == y[:, 0].to(device)).sum() for x, y in judge)
        int(right)
    seconds = time.perf_counter() - start
    return given.epochs * len(train) / seconds, peak("self")


def answered(pipe, function, arguments):
    given, name, *others = arguments
    net = next(net for net in nets(given.width) if (net.name, net.tasks, net.batch) == name)
    pipe.send(function(given, net, *others))


def alone(function, given, net, *arguments):
    """What a function answers in a process of its own; `None` if it fails there."""
    ours, theirs = multiprocessing.Pipe()
    all_of = (theirs, function, (given, (net.name, net.tasks, net.batch), *arguments))
    process = multiprocessing.get_context("spawn").Process(target=answered, args=all_of)
    process.start()
    theirs.close()
    try:
        return ours.recv()
    except EOFError:
        return None
    finally:
        process.join()


def trained(given, net, folder, rows, labels):
    """A line of the table of training."""
    own, eager, compiled = (0.0, 0.0), (0.0, 0.0), None
    for _ in range(given.turns):
        own = max(own, by_mtlc(given, folder, spec(net, given)))
        eager = max(eager, alone(by_torch, given, net, rows, labels))
        if given.compile:
            found = alone(by_torch, given, net, rows, labels, True)
            compiled = max(filter(None, [compiled, found]), default=None)
    line = f"| {net.name} | {net.tasks} | {net.batch} | {own[0]:,.0f} | {eager[0]:,.0f} | {own[0] / eager[0]:.2f} |"
    if given.compile:
        line += f" {own[0] / compiled[0]:.2f} |" if compiled else " – |"
    return f"{line} {own[1]:,.0f} | {eager[1]:,.0f} |"


def asked(given, net, folder, rows):
    """A line of the table of inference."""
    cells = []
    for batch in [1, 256]:
        text, own, other = spec(net, given, batch), 0.0, 0.0
        for _ in range(given.turns):
            own = max(own, forward_by_mtlc(given, folder, text))
            other = max(other, alone(forward_by_torch, given, net, rows, batch))
        cells.append(f"{own:,.0f} | {other:,.0f} | {own / other:.2f}")
    return f"| {net.name} | {net.tasks} | {' | '.join(cells)} |"


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
    arguments.add_argument("--compile", action="store_true", help="beside `torch.compile` too")
    arguments.add_argument("--inference", action="store_true", help="forward alone, at batches of 1 and 256")
    arguments.add_argument("--only", default="", help="the nets with this in their name")
    given = arguments.parse_args()
    given.mtlc = str(pathlib.Path(given.mtlc).resolve())
    draw = numpy.random.default_rng(0)
    print(f"{given.device}, {given.precision}, PyTorch {torch.__version__}, {given.threads or torch.get_num_threads()} threads\n")
    if given.inference:
        columns = ["net", "tasks", *(f"{what}, batch of {batch}" for batch in [1, 256] for what in ["mtlc, rows/s", "PyTorch", "ratio"])]
    else:
        columns = ["net", "tasks", "batch", "mtlc, examples/s", "PyTorch eager", "ratio"]
        columns += ["ratio to torch.compile"] * given.compile + ["mtlc, MB", "PyTorch, MB"]
    print(f"| {' | '.join(columns)} |\n| --- | {' | '.join(['---:'] * (len(columns) - 1))} |", flush=True)
    for net in nets(given.width):
        if given.only not in net.name or (given.inference and net.batch > 256):
            continue
        # Of what takes long for each row, fewer.
        count = given.rows if net.shape is not None and len(net.shape) < 3 else given.rows // (4 if "CNN" in net.name else 16)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            rows, labels = data(net, max(count, 400), draw, folder)
            print(asked(given, net, folder, rows) if given.inference else trained(given, net, folder, rows, labels), flush=True)


if __name__ == "__main__":
    main()
