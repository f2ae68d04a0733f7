#!/usr/bin/env python3
"""Writes tests/train/panoptic_metrics.json: things with their pixels and a class for each pixel, of labels and predictions, with the panoptic quality of both together, its parts and
its means over things and stuff, as torchmetrics gives them.

    python3 scripts/panoptic_metrics_reference.py > tests/train/panoptic_metrics.json

Needs numpy and torchmetrics (1.9). A thing is [class, how sure, run lengths down the columns]; a label is sure. Classes of pixels are those of stuff, then those of things, then IGNORED.
What is of no segment in a prediction is a class of its own to torchmetrics, and is left out of all means: only what is of none in a label counts nowhere (as in panopticapi).
"""

import json

import numpy
import torch
from torchmetrics.functional.detection import panoptic_quality

HEIGHT, WIDTH, STUFF, THINGS, IGNORED = 16, 20, 3, 2, 255
draw = numpy.random.default_rng(11)
down, right = numpy.mgrid[0:HEIGHT, 0:WIDTH]


def runs(mask):
    flat = numpy.concatenate([[False], mask.T.ravel()])
    return numpy.diff(numpy.concatenate([[0], numpy.flatnonzero(flat[1:] != flat[:-1]), [mask.size]])).tolist()


def disc(middle, size):
    return ((down - middle[0]) / size[0]) ** 2 + ((right - middle[1]) / size[1]) ** 2 <= 1


def of_label(things, pixels):
    """[category, number] of each pixel: things are the first categories, what is of nothing is -1."""
    found = numpy.full((HEIGHT, WIDTH, 2), -1)
    for stuff in range(STUFF):
        found[pixels == stuff] = [THINGS + stuff, 0]
    for number, (klass, _, mask) in enumerate(things):
        found[mask] = [klass, number + 1]
    return found


def of_prediction(things, pixels, least, overlap, area):
    """The published way to put both together: the surest first, and stuff where there is room."""
    found = numpy.full((HEIGHT, WIDTH, 2), -1)
    taken = numpy.zeros((HEIGHT, WIDTH), bool)
    for number, (klass, score, mask) in sorted(enumerate(things), key=lambda one: -one[1][1]):
        if score < least or mask.sum() == 0 or (mask & taken).sum() / mask.sum() > overlap:
            continue
        found[mask & ~taken] = [klass, number + 1]
        taken |= mask
    for stuff in range(STUFF):
        left = (pixels == stuff) & ~taken
        if left.sum() >= area:
            found[left] = [THINGS + stuff, 0]
    return found


def figures(labels, predictions, least=0.3, overlap=0.5, area=0):
    nothing = THINGS + STUFF
    truth = torch.from_numpy(numpy.stack([of_label(*row) for row in labels]))
    given = torch.from_numpy(numpy.stack([of_prediction(*row, least, overlap, area) for row in predictions]))
    given[given[..., 0] < 0] = torch.tensor([nothing, 0])
    of_class = panoptic_quality(
        given, truth, set(range(THINGS)), set(range(THINGS, nothing + 1)), allow_unknown_preds_category=False, return_sq_and_rq=True, return_per_class=True
    ).double().numpy()
    # A class counts if something of it was missed, found or wrongly found: its recognition says nothing of that where it is 0.
    there = [klass for klass in range(nothing) if of_class[klass, 2] > 0 or counted(truth, given, klass)]
    asked = {"all": there, "things": [klass for klass in there if klass < THINGS], "stuff": [klass for klass in there if klass >= THINGS]}
    parts = {"quality": 0, "segmentation": 1, "recognition": 2}
    return {f"{part} {over}": float(numpy.mean(of_class[classes, place])) for part, place in parts.items() for over, classes in asked.items() if classes}


def counted(truth, given, klass):
    """Whether a segment of the class counts: one of a label, or a given one of which no more than half lies on nothing."""
    if (truth[..., 0] == klass).any():
        return True
    for row in range(len(given)):
        own = given[row][..., 0] == klass
        for number in given[row][..., 1][own].unique():
            mask = own & (given[row][..., 1] == number)
            if (truth[row][..., 0][mask] < 0).sum() <= 0.5 * mask.sum():
                return True
    return False


def case(name, rows, wild, ignored):
    labels, predictions = [], []
    for _ in range(rows):
        cut = draw.integers(4, 12, 2)
        pixels = numpy.where(down < cut[0], 0, numpy.where(right < cut[1], 1, 2))
        moved = cut + draw.integers(-2, 3, 2)
        found = numpy.where(down < moved[0], 0, numpy.where(right < moved[1], 1, 2))
        things, given = [], []
        for _ in range(draw.integers(0, 4)):
            middle, size = draw.uniform([2, 2], [HEIGHT - 2, WIDTH - 2]), draw.uniform(2, 5, 2)
            mask, klass = disc(middle, size), int(draw.integers(THINGS))
            pixels = numpy.where(mask, STUFF + klass, pixels)
            # A later thing lies above those before it; some have pixels and are no things.
            if draw.random() < 0.9:
                things.append((klass, 1.0, mask))
            if draw.random() < 0.9:
                other = klass if draw.random() < 0.9 else int(draw.integers(THINGS))
                near = disc(middle + draw.normal(0, wild, 2), size * draw.uniform(0.8, 1.2, 2))
                given.append((other, round(float(draw.random()), 6), near))
                found = numpy.where(near, STUFF + other, found)
        pixels = numpy.where(draw.random((HEIGHT, WIDTH)) < ignored, IGNORED, pixels)
        labels.append((things, pixels))
        predictions.append((given, found))
    shown = lambda rows: [{"things": [[klass, score, runs(mask)] for klass, score, mask in things], "pixels": pixels.ravel().tolist()} for things, pixels in rows]
    asked = [{}, {"least": 0.6}, {"overlap": 0.2}, {"area": 60}]
    return {
        "name": name, "labels": shown(labels), "predictions": shown(predictions),
        "figures": [{"least": 0.3, "overlap": 0.5, "area": 0, **one, "are": figures(labels, predictions, **one)} for one in asked],
    }


cases = [case("near", 8, 0.3, 0.0), case("far", 8, 1.5, 0.0), case("ignored", 8, 0.6, 0.3)]
print(json.dumps({"height": HEIGHT, "width": WIDTH, "stuff": STUFF, "things": THINGS, "cases": cases}))
