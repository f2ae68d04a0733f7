#!/usr/bin/env python3
"""Writes tests/train/metrics.json: cases for the metrics with the values that scikit-learn gives.

Run it after a change of the cases, with scikit-learn and numpy installed:

    python3 scripts/metrics_reference.py > tests/train/metrics.json

Where scikit-learn has no figure of its own for several labels (balanced accuracy, MCC, log loss), the case holds the mean
of its figures of each label; for AUROC, the mean over the classes for which both sorts of rows exist, and for average
precision over those that a row has. `null` means that
there is no figure.
"""

import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import metrics as sk

warnings.filterwarnings("ignore")
AVERAGES = ["macro", "micro", "weighted"]
PRF = {"f1": sk.f1_score, "precision": sk.precision_score, "recall": sk.recall_score}


def area(truth, score, weights):
    if len(set(truth)) < 2:
        return None
    return float(sk.roc_auc_score(truth, score, sample_weight=weights))


def precision_area(truth, score, weights):
    if not np.any(truth):
        return None
    return float(sk.average_precision_score(truth, score, sample_weight=weights))


def mean_defined(values):
    values = [value for value in values if value is not None]
    return float(np.mean(values)) if values else None


def of_classes(truth, given, weights, classes, default):
    labels = list(range(classes))
    expected = {
        "accuracy": sk.accuracy_score(truth, given, sample_weight=weights),
        "balanced_accuracy": sk.balanced_accuracy_score(truth, given, sample_weight=weights),
        "mcc": sk.matthews_corrcoef(truth, given, sample_weight=weights),
        "hamming_loss": sk.hamming_loss(truth, given, sample_weight=weights),
        "confusion": sk.confusion_matrix(truth, given, labels=labels).tolist(),
    }
    for name, function in PRF.items():
        for average in AVERAGES + (["binary"] if classes == 2 else []):
            expected[f"{name} {average}"] = function(
                truth, given, average=average, sample_weight=weights, zero_division=0
            )
        if classes != 2:
            expected[f"{name} binary"] = None
        expected[name] = expected[f"{name} {default}"]
    return expected


def distribution(name, truth, values, weights=None):
    truth, values = np.asarray(truth), np.asarray(values, dtype=np.float64)
    classes = values.shape[1]
    expected = of_classes(truth, values.argmax(axis=1), weights, classes, "macro")
    if classes == 2:
        expected["auroc"] = area(truth == 1, values[:, 1], weights)
    else:
        expected["auroc"] = mean_defined(area(truth == c, values[:, c], weights) for c in range(classes))
        if len(set(truth)) == classes:
            whole = sk.roc_auc_score(truth, values, multi_class="ovr", average="macro", sample_weight=weights)
            assert abs(whole - expected["auroc"]) < 1e-12
    expected["average_precision"] = mean_defined(
        precision_area(truth == c, values[:, c], weights) for c in range(classes)
    )
    expected["log_loss"] = sk.log_loss(truth, values, labels=list(range(classes)), sample_weight=weights)
    return case(
        name,
        {"kind": "classes", "width": classes, "values": truth.tolist()},
        {"kind": "distribution", "width": classes, "values": values.ravel().tolist()},
        weights,
        expected,
    )


def classes(name, truth, given, count, weights=None):
    expected = of_classes(np.asarray(truth), np.asarray(given), weights, count, "macro")
    expected["auroc"] = expected["average_precision"] = expected["log_loss"] = None
    return case(
        name,
        {"kind": "classes", "width": count, "values": np.asarray(truth).tolist()},
        {"kind": "classes", "width": 1, "values": np.asarray(given).tolist()},
        weights,
        expected,
    )


def binary(name, truth, values, weights=None, threshold=None):
    truth, values = np.asarray(truth), np.asarray(values, dtype=np.float64)
    at = 0.5 if threshold is None else threshold
    expected = of_classes(truth, (values >= at).astype(int), weights, 2, "binary")
    expected["auroc"] = area(truth, values, weights)
    expected["average_precision"] = precision_area(truth, values, weights)
    expected["log_loss"] = sk.log_loss(truth, values, labels=[0, 1], sample_weight=weights)
    return case(
        name,
        {"kind": "binary", "width": 1, "values": truth.tolist()},
        {"kind": "probabilities", "width": 1, "values": values.tolist()},
        weights,
        expected,
        None if threshold is None else [threshold],
    )


def sets(name, truth, values, weights=None, thresholds=None):
    truth, values = np.asarray(truth), np.asarray(values, dtype=np.float64)
    given, width = (values >= (0.5 if thresholds is None else np.asarray(thresholds))).astype(int), truth.shape[1]

    def each(function):
        return float(np.mean([function(label) for label in range(width)]))

    expected = {
        "accuracy": sk.accuracy_score(truth, given, sample_weight=weights),
        "balanced_accuracy": each(
            lambda l: sk.balanced_accuracy_score(truth[:, l], given[:, l], sample_weight=weights)
        ),
        "mcc": each(lambda l: sk.matthews_corrcoef(truth[:, l], given[:, l], sample_weight=weights)),
        "log_loss": each(lambda l: sk.log_loss(truth[:, l], values[:, l], labels=[0, 1], sample_weight=weights)),
        "auroc": mean_defined(area(truth[:, l], values[:, l], weights) for l in range(width)),
        "average_precision": mean_defined(precision_area(truth[:, l], values[:, l], weights) for l in range(width)),
        "hamming_loss": sk.hamming_loss(truth, given, sample_weight=weights),
        "confusion": (truth.T @ given).tolist(),
    }
    for metric, function in PRF.items():
        for average in AVERAGES:
            expected[f"{metric} {average}"] = function(
                truth, given, average=average, sample_weight=weights, zero_division=0
            )
        expected[f"{metric} binary"] = None
        expected[metric] = expected[f"{metric} macro"]
    return case(
        name,
        {"kind": "sets", "width": width, "values": truth.ravel().tolist()},
        {"kind": "probabilities", "width": width, "values": values.ravel().tolist()},
        weights,
        expected,
        thresholds,
    )


def numbers(name, truth, given, weights=None):
    truth, given = np.atleast_2d(np.asarray(truth, dtype=np.float64)), np.atleast_2d(np.asarray(given, np.float64))
    expected = {
        "mae": sk.mean_absolute_error(truth, given, sample_weight=weights),
        "mse": sk.mean_squared_error(truth, given, sample_weight=weights),
        "rmse": sk.root_mean_squared_error(truth, given, sample_weight=weights),
        "r2": sk.r2_score(truth, given, sample_weight=weights) if len(truth) > 1 else None,
    }
    explained = sk.explained_variance_score
    flat = None if weights is None else np.repeat(weights, truth.shape[1])
    several = len(truth) > 1
    expected["explained_variance"] = explained(truth, given, sample_weight=weights) if several else None
    expected["explained_variance weighted"] = (
        explained(truth, given, sample_weight=weights, multioutput="variance_weighted") if several else None
    )
    expected["explained_variance pooled"] = (
        explained(truth.ravel(), given.ravel(), sample_weight=flat) if truth.size > 1 else None
    )
    return case(
        name,
        {"kind": "numbers", "width": truth.shape[1], "values": truth.ravel().tolist()},
        {"kind": "numbers", "width": given.shape[1], "values": given.ravel().tolist()},
        weights,
        expected,
    )


def case(name, label, prediction, weights, expected, thresholds=None):
    expected = {key: value if value is None or isinstance(value, list) else float(value) for key, value in expected.items()}
    weights = None if weights is None else np.asarray(weights).tolist()
    one = {"name": name, "label": label, "prediction": prediction, "weights": weights, "expected": expected}
    # Left out where all are a half.
    return one if thresholds is None else {**one, "thresholds": thresholds}


def softmax(values):
    values = np.exp(values - values.max(axis=1, keepdims=True))
    return values / values.sum(axis=1, keepdims=True)


def main():
    draw = np.random.default_rng(20240607)
    cases = []

    truth = draw.integers(0, 2, 60)
    score = np.clip(draw.normal(0.35 + 0.3 * truth, 0.25), 0, 1)
    weights = draw.uniform(0.1, 3.0, 60)
    cases += [
        binary("binary", truth, score),
        binary("binary, weights", truth, score, weights),
        binary("binary, many ties", truth, np.round(score, 1)),
        binary("binary, many ties, weights", truth, np.round(score, 1), weights),
        binary("binary, all the same score", truth, np.full(60, 0.5)),
        binary("binary, only yes", np.ones(8, int), score[:8]),
        binary("binary, only no, none found", np.zeros(8, int), np.full(8, 0.2)),
        binary("binary, sure and right and wrong", [0, 1, 1, 0], [0.0, 1.0, 0.0, 1.0]),
        binary("binary, one row", [1], [0.7]),
        binary("binary, from another threshold on", truth, score, threshold=0.3),
        binary("binary, at a threshold that scores hit", truth, np.round(score, 1), weights, threshold=0.6),
    ]

    truth = draw.integers(0, 4, 80)
    logits = draw.normal(size=(80, 4)) + 1.5 * np.eye(4)[truth]
    weights = draw.uniform(0.0, 2.0, 80) + 0.01
    ties = np.array([[0.4, 0.4, 0.2], [0.2, 0.4, 0.4], [1 / 3, 1 / 3, 1 / 3], [0.5, 0.25, 0.25], [0.1, 0.1, 0.8]])
    two = draw.integers(0, 2, 40)
    cases += [
        distribution("four classes", truth, softmax(logits)),
        distribution("four classes, weights", truth, softmax(logits), weights),
        distribution("a class that no row has", np.where(truth == 2, 1, truth), softmax(logits)),
        distribution("a class that no row has and none is given", [0, 1, 3, 0, 1], softmax(np.array([
            [2.0, 1, -9, 0], [0, 2, -9, 1], [2, 0, -9, 1], [1, 2, -9, 0], [0, 3, -9, 1]]))),
        distribution("ties go to the first class", [0, 2, 1, 2, 0], ties),
        distribution("ties, weights", [0, 2, 1, 2, 0], ties, [1.0, 2.0, 0.5, 0.25, 3.0]),
        distribution("only one class", [1, 1, 1, 1, 1], ties),
        distribution("two classes of a softmax", two, softmax(draw.normal(size=(40, 2)) + np.eye(2)[two])),
        distribution("sure and wrong", [0, 1, 2], [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]]),
        classes("classes without probabilities", truth, draw.integers(0, 4, 80), 4),
        classes("classes without probabilities, weights", truth, draw.integers(0, 4, 80), 4, weights),
        classes("two classes without probabilities", two, draw.integers(0, 2, 40), 2),
        classes("everything given one class", [0, 1, 2, 2], [1, 1, 1, 1], 3),
    ]

    truth = (draw.uniform(size=(50, 5)) < [0.5, 0.2, 0.7, 0.4, 0.1]).astype(int)
    score = np.clip(draw.normal(0.3 + 0.35 * truth, 0.25), 0, 1)
    weights = draw.uniform(0.1, 3.0, 50)
    empty = truth.copy()
    empty[:, 4] = 0
    cases += [
        sets("labels", truth, score),
        sets("labels, weights", truth, score, weights),
        sets("labels, ties", truth, np.round(score, 1)),
        sets("a label that no row has", empty, score),
        sets("a label that no row has and none is given", empty, np.where(np.arange(5) == 4, 0.1, score)),
        sets("no label at all", np.zeros((6, 3), int), np.full((6, 3), 0.1)),
        sets("all labels, all given", np.ones((6, 3), int), np.full((6, 3), 0.9)),
        sets("labels, a threshold for each", truth, score, thresholds=[0.5, 0.35, 0.7, 0.1, 0.25]),
        sets("labels, a threshold for each, weights", truth, score, weights, thresholds=[0.2, 0.4, 0.6, 0.8, 0.3]),
    ]

    truth = draw.normal(50, 12, 70)
    given = truth + draw.normal(0, 4, 70)
    weights = draw.uniform(0.1, 3.0, 70)
    vector = draw.normal([0, 100, -5], [1, 30, 0.01], size=(40, 3))
    near = vector + draw.normal(0, [0.5, 10, 0.02], size=(40, 3))
    flat = vector.copy()
    flat[:, 1] = 3.0
    cases += [
        numbers("numbers", truth.reshape(-1, 1), given.reshape(-1, 1)),
        numbers("numbers, weights", truth.reshape(-1, 1), given.reshape(-1, 1), weights),
        numbers("exact", truth.reshape(-1, 1), truth.reshape(-1, 1)),
        numbers("far from zero", (truth + 1e6).reshape(-1, 1), (given + 1e6).reshape(-1, 1)),
        numbers("worse than the mean", truth.reshape(-1, 1), given[::-1].reshape(-1, 1)),
        numbers("the same label everywhere", np.full((6, 1), 3.0), [[1.0], [2.0], [3.0], [4.0], [5.0], [6.0]]),
        numbers("the same label everywhere, exact", np.full((6, 1), 3.0), np.full((6, 1), 3.0)),
        numbers("one row", [[2.0]], [[3.5]]),
        numbers("vectors", vector, near),
        numbers("vectors, weights", vector, near, draw.uniform(0.1, 3.0, 40)),
        numbers("vectors with a component that does not vary", flat, near),
    ]
    # One line per case, so that a change of one is a change of one line.
    lines = ",\n".join(json.dumps(one, separators=(",", ":"), allow_nan=False) for one in cases)
    sys.stdout.write(f'{{"scikit_learn":"{sklearn.__version__}","cases":[\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
