"""Makes the folders of tests/train/pretrained: a tiny random model of each kind that can be read, and what `transformers` says of some texts.

    pip install torch transformers tokenizers safetensors
    python scripts/pretrained_reference.py

Each reads the tokens of a tokenizer in tests/data/files/tokenizers (`scripts/tokenizer_reference.py`).
"""

import json
import shutil
from pathlib import Path

import torch
from tokenizers import Tokenizer
from transformers import (
    BertConfig, BertForMaskedLM, BertModel, DistilBertConfig, DistilBertModel, GPT2Config, GPT2Model, LlamaConfig, LlamaModel, RobertaConfig,
    RobertaModel,
)

ROOT = Path(__file__).resolve().parent.parent / "tests"
OUT = ROOT / "train/pretrained"
TOKENIZERS = ROOT / "data/files/tokenizers"
TEXTS = [
    "the old clock repairs every window.", "nothing", "Ms. O'Neill photographs 2,048 pebbles, again and again.", "xylophone \u4e2d\u6587 \u2603",
    "a red lantern forgets the lighthouse!", "my neighbour's dog", "the 7th train outruns an umbrella :-)", "a",
]


def models(tokens):
    """Of each kind: the model and the tokenizer that it reads, whose number of tokens its table has, or a few more."""
    small = {"hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 24, "max_position_embeddings": 40}
    yield "bert", "wordpiece", BertModel(BertConfig(vocab_size=tokens["wordpiece"], **small), add_pooling_layer=False)
    # As a part of a larger model, whose other tensors are nobody's business here.
    yield "bert-masked", "wordpiece", BertForMaskedLM(BertConfig(vocab_size=tokens["wordpiece"], hidden_act="relu", **small))
    yield "roberta", "unigram", RobertaModel(
        RobertaConfig(vocab_size=tokens["unigram"] + 4, pad_token_id=1, **{**small, "max_position_embeddings": 42}), add_pooling_layer=False
    )
    yield "distilbert", "wordpiece", DistilBertModel(
        DistilBertConfig(vocab_size=tokens["wordpiece"], dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=40)
    )
    yield "gpt2", "bpe", GPT2Model(GPT2Config(vocab_size=tokens["bpe"], n_embd=16, n_layer=2, n_head=4, n_positions=40, bos_token_id=0, eos_token_id=0))
    yield "llama", "bpe", LlamaModel(
        LlamaConfig(
            vocab_size=tokens["bpe"], hidden_size=16, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, intermediate_size=24,
            max_position_embeddings=40, rope_parameters={"rope_type": "default", "rope_theta": 500.0}, bos_token_id=0, eos_token_id=0,
        )
    )


def shaken(model):
    """Biases and norms as no model begins with them, so that one that is left out is seen."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape) * 0.3)
    return model.eval()


torch.manual_seed(5)
tokenizers = {name: Tokenizer.from_file(str(TOKENIZERS / f"{name}.json")) for name in ["bpe", "unigram", "wordpiece"]}
sizes = {name: max(tokenizer.get_vocab(True).values()) + 1 for name, tokenizer in tokenizers.items()}
shutil.rmtree(OUT, ignore_errors=True)
expected = {"texts": TEXTS, "models": {}}
for name, tokenizer, model in models(sizes):
    shaken(model)
    folder = OUT / name
    model.save_pretrained(folder, safe_serialization=True)
    (folder / "generation_config.json").unlink(missing_ok=True)
    (folder / "model.safetensors").chmod(0o644)
    states = []
    inner = getattr(model, "bert", model)
    for text in TEXTS:
        ids = tokenizers[tokenizer].encode(text).ids
        with torch.no_grad():
            # Token by token: what the last layer says, and the mean of all of them.
            out = inner(torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), output_hidden_states=True)
        mean = torch.stack(out.hidden_states).mean(0)
        states.append([[round(x, 6) for x in row] for row in torch.cat([out.last_hidden_state[0], mean[0]]).tolist()])
    expected["models"][name] = {"tokenizer": f"{tokenizer}.json", "states": states}
(OUT / "expected.json").write_text(json.dumps(expected) + "\n")
print(sum(path.stat().st_size for path in OUT.rglob("*") if path.is_file()), "bytes")
