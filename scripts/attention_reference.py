"""The figures that the test of positions in `attention` compares with: the attention of two models of `transformers`, which know positions by rotation (Llama) and by a vector for each
distance (Wav2Vec2-BERT), with the same weights.

    python scripts/attention_reference.py
"""

import numpy as np
import torch
from transformers import LlamaConfig, Wav2Vec2BertConfig
from transformers.models.llama.modeling_llama import LlamaAttention, LlamaRotaryEmbedding
from transformers.models.wav2vec2_bert.modeling_wav2vec2_bert import Wav2Vec2BertSelfAttention

TIME, FEATURES, HEADS, MOST = 5, 8, 2, 2


def wave(*shape, step):
    """Numbers between -1 and 1 that any language makes alike."""
    return torch.tensor(np.sin(step * (1 + np.arange(np.prod(shape)))).reshape(shape), dtype=torch.float64)


x = wave(1, TIME, FEATURES, step=0.7)
of_input, input_bias = wave(FEATURES, 3 * FEATURES, step=1.3), wave(3 * FEATURES, step=0.4)
of_output, output_bias = wave(FEATURES, FEATURES, step=0.9), wave(FEATURES, step=1.1)
distances = wave(2 * MOST + 1, FEATURES // HEADS, step=1.7)


def fill(module, weight, bias):
    module.weight.data, module.bias.data = weight.T.contiguous(), bias.clone()


def show(name, values):
    print(name)
    for row in values.detach().numpy().reshape(TIME, FEATURES):
        print("    " + ", ".join(f"{number:.6f}" for number in row) + ",")


config = LlamaConfig(
    hidden_size=FEATURES, num_attention_heads=HEADS, num_key_value_heads=HEADS, attention_bias=True, rope_theta=100.0, attn_implementation="eager"
)
config.rope_parameters = {"rope_type": "default", "rope_theta": 100.0}
rotary = LlamaAttention(config, 0).double()
for part, module in enumerate([rotary.q_proj, rotary.k_proj, rotary.v_proj]):
    columns = slice(part * FEATURES, (part + 1) * FEATURES)
    fill(module, of_input[:, columns], input_bias[columns])
fill(rotary.o_proj, of_output, output_bias)
turns = LlamaRotaryEmbedding(config).double()(x, torch.arange(TIME)[None])
later = torch.full((TIME, TIME), -torch.inf, dtype=torch.float64).triu(1)[None, None]
show("rotary: 100, causal", rotary(x, position_embeddings=turns, attention_mask=later)[0])
show("rotary: 100", rotary(x, position_embeddings=turns, attention_mask=None)[0])

config = Wav2Vec2BertConfig(
    hidden_size=FEATURES,
    num_attention_heads=HEADS,
    position_embeddings_type="relative_key",
    left_max_position_embeddings=MOST,
    right_max_position_embeddings=MOST,
    attention_dropout=0.0,
)
config._attn_implementation = "eager"
apart = Wav2Vec2BertSelfAttention(config).double().eval()
for part, module in enumerate([apart.linear_q, apart.linear_k, apart.linear_v]):
    columns = slice(part * FEATURES, (part + 1) * FEATURES)
    fill(module, of_input[:, columns], input_bias[columns])
fill(apart.linear_out, of_output, output_bias)
apart.distance_embedding.weight.data = distances
show(f"relative: {MOST}", apart(x)[0])
show(f"relative: {MOST}, causal", apart(x, attention_mask=later)[0])
