"""Writes `pipelines/data/tracks.parquet` from clips in which digits of MNIST move and cross: an array of frames, boxes and digits (`video`, `boxes`, `digit`, `count`, `part` of an NPZ file).

    python scripts/tracks.py tracks.npz pipelines/data/tracks.parquet

Needs numpy, Pillow and pyarrow. Each clip is a GIF file in a cell; what is seen in it is a list of objects with class, frame, track and box.
"""

import io
import sys

import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image

source = numpy.load(sys.argv[1])
PARTS = ["train", "valid", "test"]


def gif(frames):
    file = io.BytesIO()
    first, *others = (Image.fromarray(frame) for frame in frames)
    first.save(file, "GIF", save_all=True, append_images=others, duration=100, loop=0)
    clip = Image.open(io.BytesIO(file.getvalue()))
    for place, frame in enumerate(frames):
        clip.seek(place)
        assert (numpy.asarray(clip.convert("L")) == frame).all(), "every pixel stays as it was"
    return file.getvalue()


def objects(boxes, digits):
    return [
        {"class": str(digits[track]), "frame": frame, "track": track, "bbox": [float(number) for number in box]}
        for frame, of_frame in enumerate(boxes)
        for track, box in enumerate(of_frame)
        if box[2] > 0
    ]


thing = pyarrow.struct(
    [("class", pyarrow.string()), ("frame", pyarrow.int32()), ("track", pyarrow.int32()), ("bbox", pyarrow.list_(pyarrow.float32()))]
)
table = pyarrow.table(
    {
        "clip": pyarrow.array([gif(frames) for frames in source["video"]], pyarrow.binary()),
        "objects": pyarrow.array([objects(*row) for row in zip(source["boxes"], source["digit"])], pyarrow.list_(thing)),
        "count": [str(count) for count in source["count"]],
        "part": [PARTS[part] for part in source["part"]],
    }
)
pyarrow.parquet.write_table(table, sys.argv[2], compression="zstd", compression_level=19)
