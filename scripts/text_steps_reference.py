"""Writes tests/data/files/text_steps.json: steps of texts as Python's unicodedata, fastText and scikit-learn compute them.

    pip install scikit-learn fasttext-wheel==0.9.2
    python scripts/text_steps_reference.py
"""

import json
import tempfile
import unicodedata
from pathlib import Path

import fasttext
from sklearn.feature_extraction.text import TfidfVectorizer

OUT = Path(__file__).resolve().parent.parent / "tests/data/files/text_steps.json"

# The first eight train.
TEXTS = [
    "the old clock repairs the old window", "a red lantern forgets", "the train outruns a red dog", "nothing at all", "the dog forgets the clock",
    "a window a window a window", "old old old", "the red clock", "the unseen dog forgets nothing", "",
]
TRAIN = 8


def tf_idf(**options):
    vectorizer = TfidfVectorizer(analyzer="word", token_pattern=r"\S+", lowercase=False, **options).fit(TEXTS[:TRAIN])
    return vectorizer.transform(TEXTS).toarray().tolist()


STRINGS = ["caf\u00e9", "cafe\u0301", "\ufb01ne \u2460 \uff21", "\ud55c\uad6d\uc5b4", "\u0939\u093f\u0928\u094d\u0926\u0940", "\u212b ngstr\u00f6m", "Z\u0351\u036bA\u030a\u0334L\u0327GO", "\u1e9b\u0323", "  two \u00a0 spaces\t\n", ""]


def stripped(text):
    bare = "".join(letter for letter in unicodedata.normalize("NFD", text) if not unicodedata.combining(letter))
    return unicodedata.normalize("NFC", bare)


# fastText: of each word the buckets of its character n-grams; they stand behind its words.
BUCKETS, SHORTEST, LONGEST = 1000, 2, 4
WORDS = ["clock", "a", "caf\u00e9", "\u65e5\u672c", "o'neill"]
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "texts"
    path.write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
    model = fasttext.train_unsupervised(
        str(path), minCount=1, bucket=BUCKETS, minn=SHORTEST, maxn=LONGEST, dim=2, epoch=1, thread=1, verbose=0
    )
    known = len(model.get_words())
    grams = {word: sorted(int(one) - known for one in model.get_subwords(word)[1] if one >= known) for word in WORDS}


def fnv(word):
    """FNV-1a of signed bytes, in 32 bits."""
    value = 2166136261
    for byte in word.encode():
        value = ((value ^ (byte | (0xFFFFFF00 if byte > 127 else 0))) * 16777619) % 2**32
    return value


def runs(words, longest):
    """Word n-grams, as `Dictionary::addWordNgrams` of fastText's source adds them to words, in 64 bits, of hashes with a sign."""
    signed = [value - 2**32 if value >= 2**31 else value for value in map(fnv, words)]
    buckets = [fnv(word) % BUCKETS for word in words]
    for start, value in enumerate(signed):
        for other in signed[start + 1 : start + longest]:
            value = (value * 116049371 + other) % 2**64
            buckets.append(value % 2**64 % BUCKETS)
    return sorted(buckets)


OUT.write_text(
    json.dumps(
        {
            "texts": TEXTS,
            "train": TRAIN,
            "tf_idf": tf_idf(min_df=1),
            "tf_idf_pairs": tf_idf(min_df=2, ngram_range=(1, 2), sublinear_tf=True),
            "strings": STRINGS,
            "normalized": {form: [unicodedata.normalize(form.upper(), text) for text in STRINGS] for form in ["nfc", "nfd", "nfkc", "nfkd"]},
            "stripped": [stripped(text) for text in STRINGS],
            "buckets": BUCKETS,
            "characters": [SHORTEST, LONGEST],
            "grams": grams,
            "runs": {" ".join(words): runs(words, 3) for words in [["the", "old", "clock"], ["caf\u00e9", "\u65e5", "\u672c", "a"]]},
        }
    )
    + "\n"
)
