"""Makes the files of tests/data/files/tokenizers: small tokenizers of each kind, and what the Python library makes of a hundred awkward strings.

    pip install tokenizers==0.23.1
    python scripts/tokenizer_reference.py
"""

import json
import random
from pathlib import Path

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

OUT = Path(__file__).resolve().parent.parent / "tests/data/files/tokenizers"
RESERVED = ["[PAD]", "[UNK]", "[SEP]"]

# What the tokenizers learn from: made of rules, so that it is nobody's.
SUBJECTS = ["the old clock", "a red lantern", "my neighbour's dog", "the 7th train", "our café", "Ms. O'Neill", "the naïve robot"]
VERBS = ["repairs", "forgets", "remembers", "outruns", "unwinds", "rebuilds", "photographs"]
OBJECTS = ["every window", "the lighthouse", "2,048 pebbles", "an umbrella", "yesterday's newspaper", "the Straße", "nothing at all"]
ENDS = [".", "!", "?", "...", " :-)", ", again and again."]
draw = random.Random(7)
TEXTS = [
    f"{draw.choice(SUBJECTS)} {draw.choice(VERBS)} {draw.choice(OBJECTS)}{draw.choice(ENDS)}" for _ in range(400)
]

AWKWARD = [
    "", " ", "  ", "\t", "\n\n", "\u00a0", "\u200b", "\u3000", "\ufeff", "\0", "a\0b", "\x7f", "\u0007bell",
    "the", "The", "THE", "tHe oLd cLoCk", "the old clock repairs every window.", " leading", "trailing ", "two  spaces", "tab\tbetween",
    "line\nbreak", "carriage\r\nreturn", "don't", "don\u2019t", "O'Neill's", "'s", "''''", "rock'n'roll", "I'll we've you'd they're",
    "3.14159", "2,048", "1e-9", "\u00bd \u2153 \u2460", "\u0661\u0662\u0663", "MMXXVI \u2167", "v1.2.3-rc.4+build", "user@example.org",
    "https://example.org/a?b=c&d=%20#e", "C:\\temp\\new", "#hashtag @name", "$5.00 \u20ac7 \u00a59", "a_b-c/d", "{\"json\": [1, 2]}",
    "<b>bold</b>", "[PAD] [UNK] [SEP]", "<s></s>", "##piece", "\u2581piece", "caf\u00e9", "cafe\u0301", "na\u00efve na\u0131ve",
    "Stra\u00dfe STRASSE", "\ufb01ne \ufb02ow", "\uff21\uff22\uff23", "\u01c5 \u01f1", "\u0130stanbul \u0131", "\u00e5 a\u030a \u212b",
    "Z\u0351\u036bA\u030a\u0334L\u0327GO", "\u1e9b\u0323", "\u0e01\u0e33\u0e25\u0e31\u0e07", "\u0939\u093f\u0928\u094d\u0926\u0940",
    "\ud55c\uad6d\uc5b4", "\u1112\u1161\u11ab", "\u65e5\u672c\u8a9e\u306e\u6587", "\u4e2d\u6587\uff0c\u6807\u70b9\u3002", "\u0645\u0631\u062d\u0628\u0627",
    "\u05e9\u05dc\u05d5\u05dd world", "\u202eright to left\u202c", "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440", "\u0393\u03b5\u03b9\u03ac \u03a3\u03bf\u03c5\u03c2",
    "\U0001f600", "\U0001f600\U0001f601\U0001f602", "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f44d\U0001f3fd", "\U0001f1eb\U0001f1f7\U0001f1e9\U0001f1ea",
    "\u2764\ufe0f \u2764", "\u2603\u2744", "\u222b\u03b1\u00b2dx \u2260 \u221e", "\U0001d4d7\U0001d4ee\U0001d4f5\U0001d4f5\U0001d4f8", "\ue000\uf8ff", "\U0010ffff", "\ufffd",
    "a" * 150, "ab" * 300, "-" * 80, "!" * 40, " " * 60, "\u0301" * 20, "supercalifragilisticexpialidocious", "xzqjk vbnmw",
    "unrepairs reunwinds outphotographs", "window windows windowed", "lighthouselighthouse", "the the the the", ".the", "the.", "(the)", "\u201cthe\u201d", "the\u2014old", "\u2026",
]
assert len(AWKWARD) >= 100, len(AWKWARD)


def trained(name):
    if name == "bpe":
        tokenizer = Tokenizer(models.BPE())
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
        tokenizer.decoder = decoders.ByteLevel()
        trainer = trainers.BpeTrainer(
            vocab_size=400, min_frequency=2, special_tokens=RESERVED, show_progress=False,
            initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        )
    elif name == "wordpiece":
        tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        tokenizer.decoder = decoders.WordPiece()
        trainer = trainers.WordPieceTrainer(
            vocab_size=250, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"], show_progress=False
        )
    else:
        tokenizer = Tokenizer(models.Unigram())
        tokenizer.normalizer = normalizers.NFKC()
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
        tokenizer.decoder = decoders.Metaspace()
        trainer = trainers.UnigramTrainer(
            vocab_size=200, special_tokens=["<s>", "<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
        )
    tokenizer.train_from_iterator(TEXTS, trainer)
    if name == "wordpiece":
        of = tokenizer.token_to_id
        tokenizer.post_processor = processors.BertProcessing(("[SEP]", of("[SEP]")), ("[CLS]", of("[CLS]")))
    return tokenizer


OUT.mkdir(parents=True, exist_ok=True)
(OUT / "texts.txt").write_text("\n".join(TEXTS) + "\n", encoding="utf-8")
expected = {"strings": AWKWARD}
for name in ["bpe", "wordpiece", "unigram"]:
    tokenizer = trained(name)
    tokenizer.save(str(OUT / f"{name}.json"), pretty=False)
    encoded = [tokenizer.encode(text) for text in AWKWARD]
    expected[name] = {
        "ids": [one.ids for one in encoded],
        "pair": tokenizer.encode("the old clock", "forgets").ids,
        "decoded": [tokenizer.decode(one.ids) for one in encoded],
    }
(OUT / "expected.json").write_text(json.dumps(expected) + "\n")
