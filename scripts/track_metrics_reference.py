#!/usr/bin/env python3
"""Writes tests/train/track_metrics.json: tracks of labels and predictions, with the figures that TrackEval gives, of MOTA and IDF1 also those of motmetrics.

    python3 scripts/track_metrics_reference.py > tests/train/track_metrics.json

Needs numpy, scipy, trackeval and motmetrics. A row is a list of [frame, track, class, left, top, right, bottom].
"""

import json
import warnings

import motmetrics
import numpy
from scipy.optimize import linear_sum_assignment

warnings.filterwarnings("ignore")
numpy.float, numpy.int, numpy.bool, numpy.asfarray = float, int, bool, lambda of: numpy.asarray(of, float)
import trackeval

draw = numpy.random.default_rng(11)


def overlap(one, other):
    one, other = numpy.asarray(one, float), numpy.asarray(other, float)
    high = numpy.minimum(one[2:], other[2:]) - numpy.maximum(one[:2], other[:2])
    both = numpy.prod(numpy.clip(high, 0, None))
    return both / (numpy.prod(one[2:] - one[:2]) + numpy.prod(other[2:] - other[:2]) - both)


def sequence(truth, given):
    """As TrackEval takes it."""
    names = lambda row: {name: number for number, name in enumerate(sorted({one[1] for one in row}))}
    of_truth, of_given = names(truth), names(given)
    data = {"gt_ids": [], "tracker_ids": [], "similarity_scores": []}
    frames = sorted({one[0] for one in truth + given})
    for frame in frames:
        here, found = ([one for one in row if one[0] == frame] for row in (truth, given))
        data["gt_ids"].append(numpy.array([of_truth[one[1]] for one in here], int))
        data["tracker_ids"].append(numpy.array([of_given[one[1]] for one in found], int))
        shared = [[overlap(one[3:], other[3:]) for other in found] for one in here]
        data["similarity_scores"].append(numpy.array(shared, float).reshape(len(here), len(found)))
    sizes = {"num_gt_ids": len(of_truth), "num_tracker_ids": len(of_given), "num_timesteps": len(frames)}
    return data | sizes | {"num_gt_dets": len(truth), "num_tracker_dets": len(given)}


def trackeval_figures(pairs, threshold=0.5):
    figures = {}
    for judge, field in ((trackeval.metrics.HOTA(), "HOTA"), (trackeval.metrics.CLEAR({"THRESHOLD": threshold, "PRINT_CONFIG": False}), "MOTA"), (trackeval.metrics.Identity({"THRESHOLD": threshold, "PRINT_CONFIG": False}), "IDF1")):
        of_each = {str(number): judge.eval_sequence(sequence(*pair)) for number, pair in enumerate(pairs)}
        figures[field.lower()] = float(numpy.mean(judge.combine_sequences(of_each)[field]))
    return figures


def motmetrics_figures(pairs):
    judge, all_of_them = motmetrics.metrics.create(), []
    for truth, given in pairs:
        one = motmetrics.MOTAccumulator(auto_id=True)
        for frame in sorted({one[0] for one in truth + given}):
            here, found = ([one for one in row if one[0] == frame] for row in (truth, given))
            away = numpy.array([[1 - overlap(one[3:], other[3:]) for other in found] for one in here]).reshape(len(here), len(found))
            away[away > 0.5] = numpy.nan
            one.update([one[1] for one in here], [one[1] for one in found], away)
        all_of_them.append(one)
    summary = judge.compute_many(all_of_them, metrics=["mota", "idf1"], generate_overall=True)
    return summary.loc["OVERALL"].to_dict()


def track_accuracy(pairs):
    right, count = 0, 0
    most = lambda row, track: numpy.bincount([one[2] for one in row if one[1] == track]).argmax()
    for truth, given in pairs:
        names, found = sorted({one[1] for one in truth}), sorted({one[1] for one in given})
        together = numpy.zeros((len(names), len(found)))
        for one in truth:
            for other in given:
                if one[0] == other[0] and overlap(one[3:], other[3:]) >= 0.5:
                    together[names.index(one[1]), found.index(other[1])] += 1
        for row, column in zip(*linear_sum_assignment(-together)):
            right += together[row, column] > 0 and most(truth, names[row]) == most(given, found[column])
        count += len(names)
    return float(right / count)


def apart(pairs, classes):
    """A pair for each class of each row, whose sums are those of all classes."""
    of = lambda row, klass: [one for one in row if one[2] == klass]
    parts = [(of(truth, klass), of(given, klass)) for truth, given in pairs for klass in range(classes)]
    return [pair for pair in parts if pair[0] or pair[1]]


def case(name, rows, noise, missed, wrong, switched, classes):
    pairs = []
    for _ in range(rows):
        truth, given = [], []
        number = {}
        for track in range(int(draw.integers(1, 5))):
            klass, size = int(draw.integers(classes)), draw.uniform(6, 12, 2)
            place, step = draw.uniform(0, 30, 2), draw.normal(0, 2.5, 2)
            first, last = int(draw.integers(0, 3)), int(draw.integers(6, 10))
            told = klass if draw.random() > 0.25 else int(draw.integers(classes))
            number[track] = 10 + track
            for frame in range(first, last):
                place = place + step
                box = [round(float(x), 2) for x in (*place, *(place + size))]
                truth.append([frame, track, klass, *box])
                if draw.random() < switched:
                    number[track] = 20 + int(draw.integers(40))
                if draw.random() < missed or any(one[0] == frame and one[1] == number[track] for one in given):
                    continue
                moved = numpy.asarray(box) + draw.normal(0, noise, 4)
                given.append([frame, number[track], told, *(round(float(x), 2) for x in moved)])
        for _ in range(int(draw.poisson(wrong))):
            place = draw.uniform(0, 40, 2)
            frame, track = int(draw.integers(0, 10)), 90 + int(draw.integers(3))
            if not any(one[0] == frame and one[1] == track for one in given):
                given.append([frame, track, int(draw.integers(classes)), *(round(float(x), 2) for x in (*place, *(place + 8)))])
        pairs.append((truth, given))
    figures = trackeval_figures(pairs)
    others = motmetrics_figures(pairs)
    # motmetrics keeps pairs for longer than the frame before, so that the two differ where tracks cross.
    if name == "clean":
        assert all(abs(others[key] - figures[key]) < 1e-9 for key in others), (figures, others)
    assert abs(others["idf1"] - figures["idf1"]) < 1e-9, (figures, others)
    figures["mota_75"] = trackeval_figures(pairs, 0.75)["mota"]
    by_class = trackeval_figures(apart(pairs, classes))
    figures |= {f"{key}_by_class": figure for key, figure in by_class.items()}
    figures["track_accuracy"] = track_accuracy(pairs)
    sides = [[pair[side] for pair in pairs] for side in (0, 1)]
    return {"name": name, "labels": sides[0], "predictions": sides[1], "figures": figures}


cases = [
    case("clean", 8, 0.2, 0.0, 0.0, 0.0, 2),
    case("gaps", 12, 0.6, 0.2, 1.0, 0.02, 3),
    case("wild", 12, 1.4, 0.15, 4.0, 0.15, 3),
]
print(json.dumps({"cases": cases}))
