"""Writes `pipelines/data/digit-scenes.parquet` from a folder of scenes: `scenes.jsonl`, and for each row a picture and maps of classes and of things.

    python scripts/digit-scenes.py SCENES pipelines/data/digit-scenes.parquet

Needs numpy, Pillow and pyarrow.
"""

import json
import pathlib
import sys

import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image

root, out = map(pathlib.Path, sys.argv[1:])
rows = [json.loads(line) for line in open(root / "scenes.jsonl")]


def runs(mask):
    """Lengths of runs down the columns, those of pixels that are not of the thing first, as COCO has them."""
    flat = numpy.concatenate([[False], mask.T.ravel()])
    changes = numpy.flatnonzero(flat[1:] != flat[:-1])
    return numpy.diff(numpy.concatenate([[0], changes, [mask.size]])).tolist()


def things(row):
    numbers = numpy.asarray(Image.open(root / row["instances"]))
    return [
        {
            "class": one["class"],
            "bbox": [float(number) for number in one["bbox"]],
            "segmentation": {"size": list(numbers.shape), "counts": runs(numbers == place + 1)},
        }
        for place, one in enumerate(row["objects"])
    ]


outline = pyarrow.struct([("size", pyarrow.list_(pyarrow.int32())), ("counts", pyarrow.list_(pyarrow.int32()))])
thing = pyarrow.struct([("class", pyarrow.int32()), ("bbox", pyarrow.list_(pyarrow.float32())), ("segmentation", outline)])
regions = [numpy.asarray(Image.open(root / row["semantic"])).tolist() for row in rows]
table = pyarrow.table(
    {
        "id": pyarrow.array([row["id"] for row in rows], pyarrow.int32()),
        "part": [row["part"] for row in rows],
        "picture": pyarrow.array([(root / row["image"]).read_bytes() for row in rows], pyarrow.binary()),
        "regions": pyarrow.array(regions, pyarrow.list_(pyarrow.list_(pyarrow.uint8()))),
        "objects": pyarrow.array([things(row) for row in rows], pyarrow.list_(thing)),
        "count": [str(row["count"]) for row in rows],
    }
)
pyarrow.parquet.write_table(table, out, compression="zstd", compression_level=19)
