#!/usr/bin/env python3
"""Writes tests/train/class_map_metrics.json: maps of classes with the figures that NumPy and scikit-learn give.

    python3 scripts/class_map_metrics_reference.py > tests/train/class_map_metrics.json

Weights are whole numbers: a row of weight 3 is three rows.
"""

import json
import sys

import numpy as np
from sklearn.metrics import f1_score, jaccard_score


def figures(truth, given, classes):
    shares = []
    for number in range(classes):
        have, said = truth == number, given == number
        if np.any(have | said):
            shares.append(np.sum(have & said) / np.sum(have | said))
    mean = float(np.mean(shares))
    assert abs(mean - jaccard_score(truth.ravel(), given.ravel(), average="macro")) < 1e-12
    dice = float(np.mean([2 * share / (1 + share) for share in shares]))
    assert abs(dice - f1_score(truth.ravel(), given.ravel(), average="macro")) < 1e-12
    return {"mean_iou": mean, "dice": dice, "pixel_accuracy": float(np.mean(truth == given))}


def case(name, truth, given, classes, weights=None):
    times = np.ones(len(truth), int) if weights is None else np.asarray(weights)
    expected = figures(np.repeat(truth, times, axis=0), np.repeat(given, times, axis=0), classes)
    # Without looking: the class that most pixels have, for every pixel.
    most = np.bincount(truth.ravel(), minlength=classes).argmax()
    trivial = figures(truth, np.full_like(truth, most), classes)
    rows, height, width = truth.shape
    maps = {"classes": classes, "height": height, "width": width}
    return {
        "name": name,
        **maps,
        "label": truth.ravel().tolist(),
        "prediction": given.ravel().tolist(),
        "weights": None if weights is None else list(weights),
        "expected": expected,
        "trivial": trivial,
    }


def main():
    draw = np.random.default_rng(20261126)
    truth = draw.integers(0, 4, (9, 5, 7))
    near = np.where(draw.uniform(size=truth.shape) < 0.7, truth, draw.integers(0, 4, truth.shape))
    rare = np.where(draw.uniform(size=truth.shape) < 0.05, 2, 0)
    cases = [
        case("four classes", truth, near, 4),
        case("four classes, weights", truth, near, 4, [1, 3, 0, 2, 1, 5, 1, 2, 1]),
        case("all right", truth, truth, 4),
        case("a class that no pixel has and none is given", rare, np.where(near == 1, 2, 0), 5),
        case("one class for all", rare, np.zeros_like(rare), 3),
        case("one pixel", np.array([[[1]]]), np.array([[[0]]]), 2),
    ]
    json.dump({"numpy": np.__version__, "cases": cases}, sys.stdout)
    print()


main()
