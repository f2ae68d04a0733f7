"""The figures that the tests of `attention_pool` and `embed_bag` compare with: their formulas in numpy, in 64-bit, row by row.

    python scripts/pooling_reference.py
"""

import numpy as np

ROWS, TIME, FEATURES, UNITS = 3, 4, 3, 2
LENGTHS = [4, 2, 0]


def wave(*shape, step):
    """Numbers between -1 and 1 that any language makes alike."""
    return np.sin(step * (1 + np.arange(np.prod(shape)))).reshape(shape)


def show(name, rows):
    print(name)
    for row in rows:
        print(", ".join(f"{number:.7f}" for number in row) + ",")


x = wave(ROWS, TIME, FEATURES, step=0.7)
weight, bias, context = wave(FEATURES, UNITS, step=1.3), wave(UNITS, step=0.4), wave(UNITS, 1, step=1.1)
pooled = []
for row, length in zip(x, LENGTHS):
    own = row[:length]
    scores = np.exp(np.tanh(own @ weight + bias) @ context)[:, 0]
    pooled.append((scores / scores.sum()) @ own if length else np.zeros(FEATURES))
show("attention_pool", pooled)

# Seven tokens, of which the first two are padding and unknown: an unknown one is the mean of the others and its own row.
table = wave(7, FEATURES, step=0.9)
table[1] += table[2:].mean(0)
bags = [[2, 3, 3, 6], [1, 4], []]
show("embed_bag", [table[bag].mean(0) if bag else np.zeros(FEATURES) for bag in bags])
