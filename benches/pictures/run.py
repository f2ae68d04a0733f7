"""Pictures from JPEG files to batches with mtlc and with PyTorch, in one run, and prints pictures per second and their ratio.

    cargo bench --bench batches --no-run
    python benches/pictures/run.py --bench target/release/deps/batches-… [--pictures 2000] [--size 224] [--to 128] [--drawn]

Both resize, mirror half, normalise and put 32 together, with as many workers as the machine has processors: `torch.utils.data` with
torchvision's `ImageFolder`, and mtlc's threads. Each epoch of PyTorch decodes anew; mtlc does so in its first, and keeps resized pictures as
far as half a gigabyte goes. With `--drawn` a random part of 7/8 of the side is cut out and the colours are changed as well. Needs torch, torchvision, numpy and pillow.
"""

import argparse
import os
import pathlib
import subprocess
import tempfile
import time

import numpy
import torch
import torchvision
from PIL import Image

SPEC = """use std.tasks.{{classification}}

data d: folder("pictures") {{
  split {{ train: 100% }}
  columns {{ photo: image as "path", class: category }}
}}

input photo from d.photo -> resize({to}){drawn} -> flip(horizontal){colour} -> normalize(imagenet)
shared trunk from photo -> conv2d(4) -> global_avg_pool
task class: classification from trunk {{ label: d.class }}
"""


def write(folder, count, size):
    draw = numpy.random.default_rng(0)
    for number in range(count):
        place = folder / "pictures" / str(number % 2)
        place.mkdir(parents=True, exist_ok=True)
        # Coarse noise made large: as much detail as photographs have.
        coarse = draw.integers(0, 256, (size // 8, size // 8, 3), dtype=numpy.uint8)
        Image.fromarray(coarse).resize((size, size), Image.BICUBIC).save(place / f"{number:06}.jpg", quality=90)


def by_torch(folder, to, drawn, workers):
    steps = torchvision.transforms.Compose([
        torchvision.transforms.Resize((to, to)),
        *([torchvision.transforms.RandomCrop(to * 7 // 8)] if drawn else []),
        torchvision.transforms.RandomHorizontalFlip(),
        *([torchvision.transforms.ColorJitter(0.2, 0.2, 0.2, 0.05)] if drawn else []),
        torchvision.transforms.ToTensor(),
        torchvision.transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
    ])
    data = torchvision.datasets.ImageFolder(folder / "pictures", steps)
    loader = torch.utils.data.DataLoader(data, batch_size=32, shuffle=True, num_workers=workers, persistent_workers=True)
    rates = []
    for _ in range(3):
        start = time.perf_counter()
        count = sum(len(pictures) for pictures, _ in loader)
        rates.append(count / (time.perf_counter() - start))
    return rates


def by_mtlc(bench, spec):
    said = subprocess.run([bench, spec], check=True, capture_output=True, text=True).stdout
    lines = [line.split() for line in said.splitlines()]
    return [(what, int(count) / float(seconds)) for what, count, seconds in lines[:1] + lines[2:5]]


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--bench", required=True)
    arguments.add_argument("--pictures", type=int, default=2000)
    arguments.add_argument("--size", type=int, default=224)
    arguments.add_argument("--to", type=int, default=128)
    arguments.add_argument("--drawn", action="store_true")
    given = arguments.parse_args()
    workers = os.cpu_count()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder, given.pictures, given.size)
        spec = folder / "d.mtl"
        drawn = f" -> crop({given.to * 7 // 8}, at: random)" if given.drawn else ""
        colour = " -> color_jitter(brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.05)" if given.drawn else ""
        spec.write_text(SPEC.format(to=given.to, drawn=drawn, colour=colour))
        # Turn by turn, so that a busy machine is busy for both.
        ours, theirs = by_mtlc(given.bench, spec), by_torch(folder, given.to, given.drawn, workers)
        again = by_mtlc(given.bench, spec)
        best = max(theirs)
        print(f"{given.pictures} JPEG files of {given.size}², to {given.to}², {workers} workers\n")
        print("| | pictures per second | ratio to torch |\n| --- | ---: | ---: |")
        print(f"| torch.utils.data and torchvision, the best epoch | {best:.0f} | 1.0 |")
        names = ["mtlc, looking at all before a run", "mtlc, the first epoch", "mtlc, the second", "mtlc, the third"]
        for name, (_, one), (_, other) in zip(names, ours, again):
            print(f"| {name} | {max(one, other):.0f} | {max(one, other) / best:.1f} |")


if __name__ == "__main__":
    main()
