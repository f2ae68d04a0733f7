"""Writes `pipelines/data/shapes.parquet`: pictures of one to three shapes on a ground that is seldom even, and of each pixel what it shows.

    python scripts/shapes.py pipelines/data/shapes.parquet

Needs numpy, Pillow and pyarrow.
"""

import io
import sys

import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image

ROWS, SIDE = 700, 24
draw = numpy.random.default_rng(24)
down, right = numpy.mgrid[0:SIDE, 0:SIDE]


def shape(kind, middle, width, height):
    """Which pixels a shape covers: 1 an ellipse, 2 a rectangle, 3 a triangle, 4 a cross."""
    y, x = (down - middle[0]) / height, (right - middle[1]) / width  # −½ to ½ inside
    box = (abs(y) <= 0.5) & (abs(x) <= 0.5)
    return {
        1: y**2 + x**2 <= 0.25,
        2: box,
        3: box & (abs(x) <= (y + 0.5) / 2),
        4: box & ((abs(x) <= 0.16) | (abs(y) <= 0.16)),
    }[kind]


def scene():
    base, slope = draw.uniform(70, 185), draw.uniform(-40, 40, 2)
    ground = base + (slope[0] * (down / SIDE - 0.5)) + (slope[1] * (right / SIDE - 0.5))
    picture, regions, count = ground.copy(), numpy.zeros((SIDE, SIDE), numpy.uint8), 0
    wanted = draw.integers(1, 4)
    while count < wanted:
        kind, (width, height) = draw.integers(1, 5), draw.uniform(6, 10, 2)
        middle = draw.uniform(height / 2, SIDE - 1 - height / 2), draw.uniform(width / 2, SIDE - 1 - width / 2)
        covers = shape(int(kind), middle, width, height)
        room = numpy.pad(regions > 0, 1)
        near = room[:-2, 1:-1] | room[2:, 1:-1] | room[1:-1, :-2] | room[1:-1, 2:] | room[1:-1, 1:-1]
        if (covers & near).any():
            continue  # shapes do not touch
        tone = draw.uniform(30, 70) * (1 if draw.random() < 0.5 else -1)
        picture[covers], regions[covers], count = ground[covers] + tone, kind, count + 1
    picture += draw.normal(0, 10, picture.shape)
    return numpy.clip(picture, 0, 255).astype(numpy.uint8), regions, count


def png(picture):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", optimize=True)
    return file.getvalue()


scenes = [scene() for _ in range(ROWS)]
table = pyarrow.table({
    "id": [f"{row:03}" for row in range(ROWS)],
    "picture": pyarrow.array([png(picture) for picture, _, _ in scenes], pyarrow.binary()),
    "regions": pyarrow.array([regions.tolist() for _, regions, _ in scenes], pyarrow.list_(pyarrow.list_(pyarrow.uint8()))),
    "count": [count for _, _, count in scenes],
})
pyarrow.parquet.write_table(table, sys.argv[1], compression="zstd", compression_level=19)
