"""The figures of PyTorch in src/train/class_maps_tests.rs: cross-entropy of class maps with an ignored number and class weights.

    python scripts/class_map_losses.py
"""

import torch
from torch.nn.functional import cross_entropy

# 2 rows, 3 classes, 2 × 3 pixels: numbers that a person can write down.
ROWS, CLASSES, HEIGHT, WIDTH = 2, 3, 2, 3
logits = torch.tensor(
    [((7 * place) % 11 - 5) / 4 for place in range(ROWS * CLASSES * HEIGHT * WIDTH)], dtype=torch.float64
).reshape(ROWS, CLASSES, HEIGHT, WIDTH)
labels = torch.tensor([[[0, 1, 255], [2, 255, 0]], [[1, 1, 0], [255, 2, 0]]])
weights = torch.tensor([0.5, 2.0, 1.0], dtype=torch.float64)
counts = torch.tensor([(labels == one).sum().item() for one in range(CLASSES)], dtype=torch.float64)
balanced = counts.sum() / (CLASSES * counts)

for name, arguments in [
    ("ignored", {}),
    ("weighed, over all that count", {"weight": weights, "reduction": "sum"}),
    ("balanced", {"weight": balanced}),
    ("smoothed", {"label_smoothing": 0.1}),
]:
    given = logits.clone().requires_grad_()
    loss = cross_entropy(given, labels, ignore_index=255, **arguments)
    if arguments.get("reduction") == "sum":
        loss = loss / (labels != 255).sum()
    loss.backward()
    print(name, f"{loss.item():.9f}")
    print("  slopes of the first row's first class", [f"{value:.9f}" for value in given.grad[0, 0].flatten().tolist()])
    print("  sum of the squares of all slopes", f"{given.grad.pow(2).sum().item():.9f}")
