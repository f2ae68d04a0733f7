"""The figures that the test of `gru` compares with: the formulas of PyTorch's GRU in numpy, in 64-bit.

    python scripts/gru_reference.py
"""

import numpy as np

ROWS, TIME, FEATURES, UNITS = 2, 4, 3, 2


def wave(*shape, step):
    """Numbers between -1 and 1 that any language makes alike."""
    return np.sin(step * (1 + np.arange(np.prod(shape)))).reshape(shape)


def sigmoid(value):
    return 1 / (1 + np.exp(-value))


x = wave(ROWS, TIME, FEATURES, step=0.7)
of_input, of_state = wave(FEATURES, 3 * UNITS, step=1.3), wave(UNITS, 3 * UNITS, step=0.9)
input_bias, state_bias = wave(3 * UNITS, step=0.4), wave(3 * UNITS, step=1.1)

state = np.zeros((ROWS, UNITS))
places = []
for place in range(TIME):
    own = x[:, place] @ of_input + input_bias
    from_state = state @ of_state + state_bias
    part = lambda gates, at: gates[:, at * UNITS : (at + 1) * UNITS]
    reset = sigmoid(part(own, 0) + part(from_state, 0))
    update = sigmoid(part(own, 1) + part(from_state, 1))
    new = np.tanh(part(own, 2) + reset * part(from_state, 2))
    state = (1 - update) * new + update * state
    places.append(state)

for row in np.stack(places, axis=1).reshape(ROWS * TIME, UNITS):
    print(", ".join(f"{number:.7f}" for number in row) + ",")
