"""Whole training loops on JPEG files with augmentation: `mtlc run` beside the same nets in PyTorch with torchvision, in turn, as pictures per second.

    python benches/pictures/loops.py --mtlc target/release/mtlc --device flex [--pictures 2000] [--epochs 3] [--turns 2]

Both read a folder of classes, resize, cut a random part out, mirror half, change brightness, contrast, saturation and hue, normalise, train by Adam in batches and judge a fifth of the
pictures after each epoch. PyTorch's side is what a user writes: `ImageFolder`, a `DataLoader` with as many workers as the machine has processors that stay from epoch to epoch, the steps of
`torchvision.transforms`. Reading before the first epoch is left out of both. Each net in PyTorch has a process of its own. Needs torch, torchvision, numpy and pillow.
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import numpy
import torch
import torchvision
from PIL import Image
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "pytorch"))
from nets import CLASSES, nets  # noqa: E402

# A net of `nets.py`, how large its files are, to what they are resized, and what is cut out of that.
LOOPS = [("CNN on 32×32", 48, 40, 32), ("resnet18 on 64×64", 96, 72, 64)]
JITTER = {"brightness": 0.2, "contrast": 0.2, "saturation": 0.2, "hue": 0.05}

SPEC = """use std.tasks.{{classification}}

data d: folder("pictures/train") {{
  split {{ valid: "pictures/valid", test: "pictures/test" }}
  columns {{ photo: image as "path", class: category }}
}}
{blocks}
input photo from d.photo -> resize({to}) -> crop({cut}, at: random) -> flip(horizontal) -> color_jitter({jitter}) -> normalize(imagenet)
shared trunk from photo -> {trunk}
task class: classification from trunk {{ label: d.class }}

train {{ epochs: {epochs}, batch: {batch}, seed: 1, optimizer: adam(lr: 1e-3) }}
evaluate {{ parts: [test] }}
"""


def write(folder, count, size):
    """A fifth to judge by, and as many again to test, of which there need not be more."""
    draw = numpy.random.default_rng(0)
    for part, pictures in [("train", count), ("valid", count // 5), ("test", 4 * CLASSES)]:
        for number in range(pictures):
            place = folder / "pictures" / part / str(number % CLASSES)
            place.mkdir(parents=True, exist_ok=True)
            # Coarse noise made large, of which the class is the colour: as much detail as photographs have.
            coarse = draw.integers(0, 256, (size // 8, size // 8, 3), dtype=numpy.uint8)
            coarse[..., number % 3] //= 1 + number % CLASSES
            Image.fromarray(coarse).resize((size, size), Image.BICUBIC).save(place / f"{number:06}.jpg", quality=90)


def by_mtlc(given, folder, net, to, cut):
    jitter = ", ".join(f"{name}: {value}" for name, value in JITTER.items())
    spec = SPEC.format(
        blocks=net.blocks, to=to, cut=cut, jitter=jitter, trunk=net.trunk, epochs=given.epochs, batch=net.batch,
    )
    (folder / "s.mtl").write_text(spec)
    out = folder / "run"
    shutil.rmtree(out, ignore_errors=True)
    subprocess.run([given.mtlc, "run", folder / "s.mtl", "--device", given.device, "--out", out, "-q"], check=True, stdout=subprocess.DEVNULL)
    return json.loads((out / "report.json").read_text())["train"]["examples_per_second"]


def by_torch(pipe, name, folder, to, cut, epochs):
    net = next(net for net in nets(512) if net.name == name)
    torch.manual_seed(1)
    steps = torchvision.transforms
    finish = [steps.ToTensor(), steps.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))]
    drawn = [steps.Resize((to, to)), steps.RandomCrop(cut), steps.RandomHorizontalFlip(), steps.ColorJitter(**JITTER)]
    plain = [steps.Resize((to, to)), steps.CenterCrop(cut)]
    of = lambda part, made: torchvision.datasets.ImageFolder(folder / "pictures" / part, steps.Compose(made + finish))
    workers = {"num_workers": os.cpu_count(), "persistent_workers": True}
    train = torch.utils.data.DataLoader(of("train", drawn), net.batch, shuffle=True, **workers)
    valid = torch.utils.data.DataLoader(of("valid", plain), 256, **workers)
    trunk, head = net.build(), nn.Linear(net.width, CLASSES)
    optimizer = torch.optim.Adam([*trunk.parameters(), *head.parameters()], lr=1e-3)
    # The workers are there before the clock runs.
    next(iter(train)), next(iter(valid))
    start = time.perf_counter()
    for _ in range(epochs):
        trunk.train()
        for x, y in train:
            loss = functional.cross_entropy(head(trunk(x)), y)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        trunk.eval()
        with torch.no_grad():
            int(sum((head(trunk(x)).argmax(1) == y).sum() for x, y in valid))
    pipe.send(epochs * len(train.dataset) / (time.perf_counter() - start))


def alone(*arguments):
    """What a process of its own answers."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=by_torch, args=(theirs, *arguments))
    process.start()
    theirs.close()
    try:
        return ours.recv()
    finally:
        process.join()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--device", default="flex", help="as `mtlc run` has it")
    arguments.add_argument("--pictures", type=int, default=2000)
    arguments.add_argument("--epochs", type=int, default=3)
    arguments.add_argument("--turns", type=int, default=2)
    arguments.add_argument("--only", default="", help="the nets with this in their name")
    given = arguments.parse_args()
    given.mtlc = str(pathlib.Path(given.mtlc).resolve())
    print(f"{given.pictures} JPEG files, {os.cpu_count()} workers and threads, {given.device}, PyTorch {torch.__version__}, torchvision {torchvision.__version__}\n")
    print("| net | batch | mtlc, pictures/s | PyTorch and torchvision | ratio |\n| --- | ---: | ---: | ---: | ---: |", flush=True)
    for name, size, to, cut in LOOPS:
        if given.only not in name:
            continue
        net = next(net for net in nets(512) if net.name == name)
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            # Of what takes long for each picture, fewer.
            write(folder, given.pictures // (1 if "CNN" in name else 4), size)
            own = other = 0.0
            for _ in range(given.turns):
                own = max(own, by_mtlc(given, folder, net, to, cut))
                other = max(other, alone(name, folder, to, cut, given.epochs))
            print(f"| {name}, {to} → {cut} | {net.batch} | {own:,.0f} | {other:,.0f} | {own / other:.2f} |", flush=True)


if __name__ == "__main__":
    main()
