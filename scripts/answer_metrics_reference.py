#!/usr/bin/env python3
"""Writes tests/train/answer_metrics.json: answers with what SQuAD's evaluation (as torchmetrics has it) says of them, one by one, and queries and answers as
vectors with the figures that scikit-learn gives for their ranking.

    python3 scripts/answer_metrics_reference.py > tests/train/answer_metrics.json
"""

import json
import sys
from fractions import Fraction

import numpy
from sklearn.metrics import label_ranking_average_precision_score, top_k_accuracy_score
from torchmetrics.functional.text import squad

PAIRS = [
    ("Denver Broncos", "the Denver Broncos"),
    ("Denver Broncos", "Broncos of Denver, Colorado"),
    ("1976", "in 1976."),
    ("a cat and a hat", "cat and hat"),
    ("an apple, the pear", "apple pear apple"),
    ("The", "a"),
    ("the", "cat"),
    ("", ""),
    ("", "word"),
    ("word", ""),
    ("Santa Clara, California", "santa  clara\tcalifornia"),
    ("don't", "dont"),
    ("naïve café", "Naïve Café!"),
    ("theatre", "atre"),
    ("more more more less", "more less less"),
    ("—", "-"),
]


def answered(label, given):
    """SQuAD's figures of one answer, from 0 to 1: a ratio of counts, which torchmetrics has in single precision."""
    found = squad([{"prediction_text": given, "id": "0"}], [{"answers": {"answer_start": [0], "text": [label]}, "id": "0"}])
    return {"exact": float(found["exact_match"]) / 100, "f1": float(Fraction(float(found["f1"]) / 100).limit_denominator(400))}


def ranking(seed, queries, answers, width):
    """Every query has one right answer; scores are cosines."""
    draw = numpy.random.default_rng(seed)
    asked, said = draw.normal(size=(queries, width)), draw.normal(size=(answers, width))
    right = draw.integers(answers, size=queries)
    asked += 0.8 * said[right]
    unit = lambda rows: rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
    scores = unit(asked) @ unit(said).T
    truth = numpy.zeros_like(scores)
    truth[numpy.arange(queries), right] = 1
    return {
        "queries": asked.round(6).tolist(),
        "answers": said.round(6).tolist(),
        "right": right.tolist(),
        # With one right answer a row, the average precision of a ranking is 1 / rank.
        "mrr": label_ranking_average_precision_score(truth, scores),
        "recall": {str(k): top_k_accuracy_score(right, scores, k=k, labels=numpy.arange(answers)) for k in (1, 3, 10)},
    }


answers = [{"label": a, "given": b, **answered(a, b)} for a, b in PAIRS]
rankings = [ranking(1, 40, 25, 6), ranking(2, 30, 12, 3)]
json.dump({"answers": answers, "rankings": rankings}, sys.stdout, indent=1, ensure_ascii=False)
print()
