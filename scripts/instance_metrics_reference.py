#!/usr/bin/env python3
"""Writes tests/train/instance_metrics.json: things with their pixels, of labels and predictions, with the figures that pycocotools gives, and the panoptic quality by its definition,
which is held to that of torchmetrics.

    python3 scripts/instance_metrics_reference.py > tests/train/instance_metrics.json

Needs numpy, pycocotools and torchmetrics (1.9). A thing is [class, how sure, run lengths down the columns]; a label is sure.
"""

import contextlib
import io
import json

import numpy
import torch
from pycocotools import mask as masks
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval
from torchmetrics.functional.detection import panoptic_quality

HEIGHT, WIDTH, LEAST = 12, 16, 0.3
draw = numpy.random.default_rng(5)
down, right = numpy.mgrid[0:HEIGHT, 0:WIDTH]


def runs(mask):
    flat = numpy.concatenate([[False], mask.T.ravel()])
    return numpy.diff(numpy.concatenate([[0], numpy.flatnonzero(flat[1:] != flat[:-1]), [mask.size]])).tolist()


def disc(middle, size):
    return ((down - middle[0]) / size[0]) ** 2 + ((right - middle[1]) / size[1]) ** 2 <= 1


def coco_figure(labels, predictions, classes):
    packed = lambda mask: masks.encode(numpy.asfortranarray(mask.astype(numpy.uint8)))
    boxes = [(row, klass, mask) for row, things in enumerate(labels) for klass, _, mask in things]
    annotations = [
        {"id": number + 1, "image_id": row, "category_id": klass, "segmentation": packed(mask), "area": int(mask.sum()), "bbox": [0, 0, 1, 1], "iscrowd": 0}
        for number, (row, klass, mask) in enumerate(boxes)
    ]
    found = [
        {"image_id": row, "category_id": klass, "segmentation": packed(mask), "score": score}
        for row, things in enumerate(predictions)
        for klass, score, mask in things
    ]
    present = sorted({klass for _, klass, _ in boxes})
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": row, "height": HEIGHT, "width": WIDTH} for row in range(len(labels))],
            "annotations": annotations,
            "categories": [{"id": klass} for klass in present],
        }
        truth.createIndex()
        judge = COCOeval(truth, truth.loadRes(found), "segm")
        judge.params.catIds = present
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    return float(judge.stats[0])


def panoptic(labels, predictions, classes):
    figures = []
    for klass in range(classes):
        shared, right_ones, missed, wrong = 0.0, 0, 0, 0
        for things, given in zip(labels, predictions):
            truth = [mask for of, _, mask in things if of == klass]
            found = [mask for of, score, mask in given if of == klass and score >= LEAST]
            pairs = [(one & other).sum() / (one | other).sum() for one in truth for other in found]
            pairs = [pair for pair in pairs if pair > 0.5]
            shared, right_ones = shared + sum(pairs), right_ones + len(pairs)
            missed, wrong = missed + len(truth) - len(pairs), wrong + len(found) - len(pairs)
        if right_ones + missed + wrong:
            figures.append(shared / (right_ones + missed / 2 + wrong / 2))
    return float(numpy.mean(figures))


def of_torchmetrics(labels, predictions, classes):
    """The same in single precision: what is no thing is one region of stuff, which is left out of the mean."""

    def maps(rows):
        all_rows = torch.zeros((len(rows), HEIGHT, WIDTH, 2), dtype=torch.long)
        all_rows[..., 0] = classes
        for row, things in enumerate(rows):
            for number, (klass, score, mask) in enumerate(things):
                if score >= LEAST:
                    all_rows[row][torch.from_numpy(mask)] = torch.tensor([klass, number + 1])
        return all_rows

    truth, given = maps(labels), maps(predictions)
    of_class = panoptic_quality(given, truth, set(range(classes)), {classes}, return_per_class=True)[0]
    there = [klass for klass in range(classes) if (truth[..., 0] == klass).any() or (given[..., 0] == klass).any()]
    return float(numpy.mean([float(of_class[klass]) for klass in there]))


def case(name, rows, classes, wild):
    labels, predictions = [], []
    for _ in range(rows):
        free, things, given = numpy.ones((HEIGHT, WIDTH), bool), [], []
        taken = free.copy()
        for _ in range(draw.integers(0, 4)):
            middle, size = draw.uniform([2, 2], [HEIGHT - 2, WIDTH - 2]), draw.uniform(1.5, 4, 2)
            mask = disc(middle, size) & free
            if mask.sum() < 4:
                continue
            free &= ~mask
            things.append((int(draw.integers(classes)), 1.0, mask))
            moved = disc(middle + draw.normal(0, wild, 2), size * draw.uniform(0.8, 1.2, 2)) & taken
            if draw.random() < 0.85 and moved.sum():
                taken &= ~moved
                klass = things[-1][0] if draw.random() < 0.9 else int(draw.integers(classes))
                given.append((klass, round(float(draw.random()), 6), moved))
        labels.append(things)
        predictions.append(given)
    shown = lambda rows: [[[klass, score, runs(mask)] for klass, score, mask in things] for things in rows]
    figures = {"mean_average_precision": coco_figure(labels, predictions, classes), "panoptic_quality": panoptic(labels, predictions, classes)}
    assert abs(figures["panoptic_quality"] - of_torchmetrics(labels, predictions, classes)) < 1e-6, name
    return {"name": name, "labels": shown(labels), "predictions": shown(predictions), "figures": figures}


cases = [case("one class", 12, 1, 0.4), case("several classes", 20, 3, 0.3), case("far", 15, 2, 1.2)]
print(json.dumps({"height": HEIGHT, "width": WIDTH, "cases": cases}))
