#!/usr/bin/env python3
"""Writes tests/train/box_metrics.json: boxes of labels and predictions, with the figures that pycocotools gives.

    python3 scripts/box_metrics_reference.py > tests/train/box_metrics.json

Needs numpy and pycocotools. A box is [class, left, top, width, height], of a label with a sixth number that is 1 if it is a crowd, of a prediction with its score.
"""

import contextlib
import io
import json

import numpy
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

draw = numpy.random.default_rng(11)


def figures(labels, predictions):
    boxes = [
        {"image_id": row, "category_id": box[0], "bbox": box[1:5], "area": box[3] * box[4], "iscrowd": box[5]}
        for row, all_of_row in enumerate(labels)
        for box in all_of_row
    ]
    annotations = [{"id": number + 1, **box} for number, box in enumerate(boxes)]
    found = [
        {"image_id": row, "category_id": box[0], "bbox": box[1:5], "score": box[5]}
        for row, all_of_row in enumerate(predictions)
        for box in all_of_row
    ]
    classes = sorted({box["category_id"] for box in boxes})
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = {
            "images": [{"id": row} for row in range(len(labels))],
            "annotations": annotations,
            "categories": [{"id": number} for number in classes],
        }
        truth.createIndex()
        if not found:
            return {
                "mean_average_precision": 0.0,
                "mean_average_precision_50": 0.0,
                "mean_average_precision_per_class": [0.0 if number in classes else None for number in range(max(classes) + 1)],
            }
        judge = COCOeval(truth, truth.loadRes(found), "bbox")
        judge.params.catIds = classes
        judge.evaluate()
        judge.accumulate()
        judge.summarize()
    # Overlaps, points of recall, classes, areas, how many boxes are looked at: -1 where a class has no box that counts.
    precision = judge.eval["precision"][:, :, :, 0, -1]
    of_class = {number: precision[:, :, place] for place, number in enumerate(classes)}
    return {
        "mean_average_precision": float(judge.stats[0]),
        "mean_average_precision_50": float(judge.stats[1]),
        "mean_average_precision_per_class": [mean(of_class.get(number)) for number in range(max(classes) + 1)],
        "mean_average_precision_50_per_class": [
            mean(None if of_class.get(number) is None else of_class[number][:1]) for number in range(max(classes) + 1)
        ],
    }


def mean(precision):
    known = [] if precision is None else precision[precision > -1]
    return float(numpy.mean(known)) if len(known) else None


def box(size):
    width, height = draw.integers(3, size // 2, 2)
    return [int(draw.integers(0, size - width)), int(draw.integers(0, size - height)), int(width), int(height)]


def case(name, rows, classes, crowds=0.0, wild=1.0, ties=False, many=3):
    labels, predictions = [], []
    for _ in range(rows):
        truth = [[int(draw.integers(classes)), *box(64), int(draw.random() < crowds)] for _ in range(draw.integers(0, many + 1))]
        given = []
        for one in truth:
            if draw.random() < 0.8:
                moved = [round(float(value + draw.normal(0, wild)), 2) for value in one[1:5]]
                moved[2:] = [max(value, 1.0) for value in moved[2:]]
                klass = one[0] if draw.random() < 0.9 else int(draw.integers(classes))
                given.append([klass, *moved, round(float(draw.random()), 1 if ties else 6)])
        for _ in range(draw.integers(0, many)):
            given.append([int(draw.integers(classes)), *map(float, box(64)), round(float(draw.random()) * 0.6, 1 if ties else 6)])
        labels.append(truth)
        predictions.append(given)
    return {"name": name, "classes": classes, "labels": labels, "predictions": predictions, "figures": figures(labels, predictions)}


cases = [
    case("one class", 12, 1),
    case("several classes", 30, 4),
    case("near", 25, 3, wild=0.4),
    case("far", 25, 3, wild=4.0),
    case("crowds", 30, 3, crowds=0.3),
    case("ties", 30, 2, ties=True),
    case("more than a hundred", 3, 1, many=160),
]
absent = case("a class that no label has", 12, 3)
absent["labels"] = [[one for one in row if one[0] != 1] for row in absent["labels"]]
absent["figures"] = figures(absent["labels"], absent["predictions"])
cases.append(absent)
print(json.dumps({"cases": cases}))
