#!/usr/bin/env python3
"""Writes tests/train/point_metrics.json: named points of labels and predictions, with the figures of OKS that pycocotools gives, and of PCK that numpy gives.

    python3 scripts/point_metrics_reference.py > tests/train/point_metrics.json

Needs numpy and pycocotools. A point is [x, y, known]; of a prediction the last number is how sure it is, and 0 if it is not given. A row has an area or null.
"""

import contextlib
import json
import os

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

draw = numpy.random.default_rng(23)
# What pycocotools does not know, it has at no place of the picture.
NOWHERE = 1e9


def bounds(row):
    known = row[row[:, 2] > 0]
    low, high = known[:, :2].min(0), known[:, :2].max(0)
    return [*low, *(high - low)]


def oks(labels, given, areas, deviations):
    """The mean over the rows that know a point of what COCOeval.computeOks says of each."""
    images = [{"id": number + 1, "width": 64, "height": 64} for number in range(len(labels))]
    annotations, found = [], []
    for number, (truth, guess, area) in enumerate(zip(labels, given, areas), 1):
        if not (truth[:, 2] > 0).any():
            continue
        box = bounds(truth)
        known = truth.copy()
        known[:, 2] = 2 * (truth[:, 2] > 0)
        own = {"image_id": number, "category_id": 1, "iscrowd": 0, "bbox": box, "area": box[2] * box[3] if area is None else area}
        annotations.append(own | {"id": number, "num_keypoints": int((truth[:, 2] > 0).sum()), "keypoints": known.ravel().tolist()})
        guess = numpy.where(guess[:, 2:] > 0, guess, [[NOWHERE, NOWHERE, 1]])
        found.append({"image_id": number, "category_id": 1, "keypoints": guess.ravel().tolist(), "score": 1.0})
    data = COCO()
    data.dataset = {"info": {}, "images": images, "annotations": annotations, "categories": [{"id": 1, "name": "thing"}]}
    # It says on standard output what it does.
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        data.createIndex()
        judge = COCOeval(data, data.loadRes(found), "keypoints")
    judge.params.kpt_oks_sigmas = numpy.array(deviations)
    judge._prepare()
    return float(numpy.mean([judge.computeOks(one["image_id"], 1)[0, 0] for one in annotations]))


def pck(labels, given, within):
    right = total = 0
    for truth, guess in zip(labels, given):
        known = truth[:, 2] > 0
        if not known.any():
            continue
        away = numpy.linalg.norm(truth[known, :2] - guess[known, :2], axis=1)
        right += int((guess[known, 2] > 0)[away <= within * max(bounds(truth)[2:])].sum())
        total += int(known.sum())
    return right / total


def case(name, rows, points, spread, deviations, with_area):
    labels = numpy.concatenate([draw.integers(0, 256, (rows, points, 2)) / 4, draw.random((rows, points, 1)) < 0.8], 2).astype(float)
    given = labels + numpy.concatenate([numpy.round(draw.normal(0, spread, (rows, points, 2)) * 4) / 4, numpy.zeros((rows, points, 1))], 2)
    # Of a part of the points nothing is said.
    given[:, :, 2] = numpy.where(draw.random((rows, points)) < 0.9, 0.5, 0.0)
    areas = [float(draw.integers(100, 2000)) if with_area and row % 3 else None for row in range(rows)]
    if rows > 3:
        labels[2, :, 2] = 0
    figures = {"oks": oks(labels, given, areas, deviations), "pck": pck(labels, given, 0.1), "pck_25": pck(labels, given, 0.25)}
    return {"name": name, "points": points, "labels": labels.tolist(), "given": given.tolist(), "areas": areas, "figures": figures}


with contextlib.redirect_stdout(None):
    OF_COCO = COCOeval(iouType="keypoints").params.kpt_oks_sigmas.tolist()
cases = [
    case("those of a person", 9, 17, 3.0, OF_COCO, True),
    case("without areas", 7, 5, 2.0, [0.05] * 5, False),
    case("far off", 5, 3, 20.0, [0.05] * 3, True),
    case("one row", 1, 4, 1.0, [0.05] * 4, False),
]
print(json.dumps({"cases": cases}))
