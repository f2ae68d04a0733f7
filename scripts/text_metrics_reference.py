#!/usr/bin/env python3
"""Writes tests/train/text_metrics.json: labels and predictions that are texts, with the figures that jiwer (character error
rate) and sacreBLEU (chrF2) give.

    python3 scripts/text_metrics_reference.py > tests/train/text_metrics.json

Weights are whole numbers: a row of weight 3 is three rows.
"""

import json
import sys

import jiwer
import sacrebleu


def figures(labels, given):
    pairs = [(a, b) for a, b in zip(labels, given)]
    characters = sum(len(label) for label in labels)
    # jiwer refuses empty references, which count here by what was put in.
    full = [(a, b) for a, b in pairs if a]
    spurious = sum(len(b) for a, b in pairs if not a)
    edits = 0
    if full:
        found = jiwer.process_characters(
            [a for a, _ in full],
            [b for _, b in full],
            reference_transform=jiwer.Compose([jiwer.ReduceToListOfListOfChars()]),
            hypothesis_transform=jiwer.Compose([jiwer.ReduceToListOfListOfChars()]),
        )
        edits = found.substitutions + found.deletions + found.insertions
    return {
        "exact_match": sum(a == b for a, b in pairs) / len(pairs),
        "character_error_rate": (edits + spurious) / characters if characters else None,
        "chrf": sacrebleu.corpus_chrf(given, [labels]).score / 100,
    }


def case(name, labels, given, weights=None):
    times = weights or [1] * len(labels)
    repeated = [[text for text, count in zip(texts, times) for _ in range(count)] for texts in (labels, given)]
    return {"name": name, "label": labels, "prediction": given, "weights": weights, "expected": figures(*repeated)}


LABELS = ["the cat sat on the mat", "Öl ist teuer", "漢字を書く", "a", "", "no", "  two  spaces ", "naïve café"]
GIVEN = ["the cat is on the mat", "Oel ist teuer", "漢字を読む", "a", "x", "", "two spaces", "naive cafe"]


def main():
    cases = [
        case("texts", LABELS, GIVEN),
        case("texts, weights", LABELS, GIVEN, [1, 3, 0, 2, 1, 5, 1, 2]),
        case("all right", LABELS, LABELS),
        case("nothing said", LABELS, [""] * len(LABELS)),
        case("nothing to say", ["", ""], ["", "abc"]),
        case("shorter than any order", ["ab", "c"], ["ba", "c"]),
        case("one long row", ["abcdefghij" * 20], ["abcdefghij" * 19 + "xyz"]),
    ]
    json.dump({"jiwer": jiwer.__version__ if hasattr(jiwer, "__version__") else "", "sacrebleu": sacrebleu.__version__, "cases": cases}, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
