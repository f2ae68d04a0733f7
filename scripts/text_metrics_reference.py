#!/usr/bin/env python3
"""Writes tests/train/text_metrics.json: labels and predictions that are texts, with the figures that jiwer (character and word error
rates), sacreBLEU (BLEU, chrF2), rouge-score (ROUGE-1, ROUGE-L) seqeval (F1 of spans) and torchmetrics (SQuAD's F1 of words) give.

    python3 scripts/text_metrics_reference.py > tests/train/text_metrics.json

Weights are whole numbers: a row of weight 3 is three rows.
"""

import json
import math
import re
import sys
import warnings
from fractions import Fraction

import jiwer
import sacrebleu
from rouge_score import rouge_scorer
from seqeval.metrics import f1_score
from torchmetrics.functional.text import squad

# Where there is no span at all.
warnings.filterwarnings("ignore")


def spans(labels, given):
    """seqeval's F1; a word that is no tag of a span counts as none, and rows are made equally long, which seqeval wants."""
    rows = [([], []) for _ in labels]
    for row, texts in zip(rows, zip(labels, given)):
        words = [[word if re.match("[BIES]-", word) else "O" for word in text.split()] for text in texts]
        longest = max(map(len, words))
        for tags, own in zip(row, words):
            tags.extend(own + ["O"] * (longest - len(own)))
    return float(f1_score([label for label, _ in rows], [tags for _, tags in rows]))


def right_tags(labels, given):
    words = sum(len(label.split()) for label in labels)
    right = sum(a == b for label, tags in zip(labels, given) for a, b in zip(label.split(), tags.split()))
    return right / words if words else None


def answered(label, given):
    """SQuAD's figures of one answer, from 0 to 1: a ratio of counts, which torchmetrics has in single precision."""
    found = squad([{"prediction_text": given, "id": "0"}], [{"answers": {"answer_start": [0], "text": [label]}, "id": "0"}])
    return {"exact": float(found["exact_match"]) / 100, "f1": float(Fraction(float(found["f1"]) / 100).limit_denominator(400))}


ROUGE = rouge_scorer.RougeScorer(["rouge1", "rougeL"])


def rouge(kind, labels, given):
    return sum(ROUGE.score(a, b)[kind].fmeasure for a, b in zip(labels, given)) / len(labels)


def word_error_rate(labels, given):
    words = [(a.split(), b.split()) for a, b in zip(labels, given)]
    count = sum(len(a) for a, _ in words)
    # jiwer refuses empty references, which count here by what was put in.
    full = [(" ".join(a), " ".join(b)) for a, b in words if a]
    spurious = sum(len(b) for a, b in words if not a)
    edits = 0
    if full:
        found = jiwer.process_words([a for a, _ in full], [b for _, b in full])
        edits = found.substitutions + found.deletions + found.insertions
    return (edits + spurious) / count if count else None


def figures(labels, given, surprises):
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
        "span_f1": spans(labels, given),
        "bleu": sacrebleu.corpus_bleu(given, [labels]).score / 100,
        "perplexity": math.exp(sum(s for s, _, _ in surprises) / sum(n for _, n, _ in surprises)),
        "rouge": rouge("rouge1", labels, given),
        "rouge_l": rouge("rougeL", labels, given),
        "word_error_rate": word_error_rate(labels, given),
        "tag_accuracy": right_tags(labels, given),
        "token_f1": sum(answered(a, b)["f1"] for a, b in pairs) / len(pairs),
        # An answer without others is of rank 1 if it is right.
        "recall_at": sum(a == b for a, b in pairs) / len(pairs),
        "mrr": sum(a == b for a, b in pairs) / len(pairs),
    }


def case(name, labels, given, weights=None):
    times = weights or [1] * len(labels)
    # Made up, and the perplexity by its formula: how likely a model finds labels is not seen in texts.
    surprises = [[0.25 * (row + 1) * (len(label) + 1), len(label) + 1, (len(label) + 1) * math.log(30)] for row, label in enumerate(labels)]
    repeated = [[one for one, count in zip(all, times) for _ in range(count)] for all in (labels, given, surprises)]
    return {"name": name, "label": labels, "prediction": given, "surprises": surprises, "weights": weights, "expected": figures(*repeated)}


LABELS = ["the cat sat on the mat", "Öl ist teuer", "漢字を書く", "a", "", "no", "  two  spaces ", "naïve café"]
GIVEN = ["the cat is on the mat", "Oel ist teuer", "漢字を読む", "a", "x", "", "two spaces", "naive cafe"]


SENTENCES = ["The cat sat on the mat, didn't it?", "In 1,000 years (or 3.5-4) we'll see: \"yes\".", "A well-known fact.", "Il pleut... c'est l'été.", "R&D costs $5; go/no-go"]
GIVEN_SENTENCES = ["The cat is on a mat, didn't it?", "In 1,000 years (or 3.5-5), we'll see \"yes\"!", "It is a well known fact .", "Il pleut. C'est l'été", "R&amp;D costs $ 5; go/no go"]


TAGS = ["B-PER I-PER O B-LOC", "O O O", "B-ORG I-ORG I-ORG O B-PER", "I-PER I-LOC O I-LOC", "S-LOC B-LOC E-LOC O", "B-PER B-PER I-PER", "", "E-LOC I-LOC"]
GIVEN_TAGS = ["B-PER I-PER O B-PER", "O B-LOC O", "B-ORG I-ORG O O B-PER", "B-PER B-LOC O B-LOC", "B-LOC B-LOC I-LOC O", "B-PER I-PER I-PER", "", "B-LOC"]


def main():
    cases = [
        case("texts", LABELS, GIVEN),
        case("texts, weights", LABELS, GIVEN, [1, 3, 0, 2, 1, 5, 1, 2]),
        case("all right", LABELS, LABELS),
        case("nothing said", LABELS, [""] * len(LABELS)),
        case("nothing to say", ["", ""], ["", "abc"]),
        case("shorter than any order", ["ab", "c"], ["ba", "c"]),
        case("tags", TAGS, GIVEN_TAGS),
        case("tags, weights", TAGS, GIVEN_TAGS, [2, 1, 3, 1, 0, 4, 1, 1]),
        case("tags all right", TAGS, TAGS),
        case("sentences", SENTENCES, GIVEN_SENTENCES),
        case("sentences, weights", SENTENCES, GIVEN_SENTENCES, [2, 1, 0, 3, 1]),
        case("words in another order", SENTENCES, [" ".join(sorted(text.split())) for text in SENTENCES]),
        case("short sentences", SENTENCES, [text[:11] for text in GIVEN_SENTENCES]),
        case("one long row", ["abcdefghij" * 20], ["abcdefghij" * 19 + "xyz"]),
    ]
    json.dump({"jiwer": jiwer.__version__ if hasattr(jiwer, "__version__") else "", "sacrebleu": sacrebleu.__version__, "cases": cases}, sys.stdout, indent=1, ensure_ascii=False)
    print()


main()
