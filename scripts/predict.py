#!/usr/bin/env python3
"""Predicts with a run of pipelines/penguins.mtl, as `mtlc predict` does, with numpy and safetensors alone.

    scripts/predict.py RUN TABLE.csv             writes the answers as CSV
    scripts/predict.py RUN TABLE.csv ANSWERS.csv compares them with those of `mtlc predict` (at most 1e-5 apart)

docs/python.md explains it."""

import csv
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

MISSING = ["", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"]


def load(run):
    """The weights by their paths, and what preparation has learnt: classes, the steps of inputs and of targets."""
    weights = load_file(Path(run) / "model.safetensors")
    fitted = json.loads((Path(run) / "preprocessing.json").read_text())
    return weights, fitted


def numbers(rows, names):
    """Columns side by side, as 64-bit numbers; what is missing is NaN."""
    cell = lambda text: np.nan if text.strip() in MISSING else float(text)
    return np.array([[cell(row[name]) for name in names] for row in rows])


def classes(rows, name, known):
    """A column of classes as indices: one more than there are classes for an unknown one, two more for a missing one."""
    index = {text: place for place, text in enumerate(known)}
    cell = lambda text: len(known) + 1 if text.strip() in MISSING else index.get(text.strip(), len(known))
    return np.array([cell(row[name]) for row in rows])


def prepare(values, steps):
    """The steps of an input, each with the state that it has learnt from the training rows."""
    for step in steps:
        name, state = step["step"].split("(")[0], step["state"]
        if name == "impute":
            values = np.where(np.isnan(values), state, values)
        elif name == "standardize":
            values = (values - state["mean"]) / state["deviation"]
        else:
            raise ValueError(f"no step `{name}` here yet")
    return values.astype(np.float32)


def back(values, steps):
    """From the unit of the target back to that of the label: the steps undone, the last one first."""
    for step in reversed(steps):
        name, state = step["step"].split("(")[0], step["state"]
        if name == "standardize":
            values = values.astype(np.float64) * state["deviation"] + state["mean"]
        else:
            raise ValueError(f"no step `{name}` here yet")
    return values


def dense(weights, path, values):
    return values @ weights[f"{path}.weight"] + weights[f"{path}.bias"]


def embed(weights, path, indices):
    """The vector of each index. *Unknown* and *missing*, the last two, are told by how they differ from the mean of all others."""
    table = weights[f"{path}.weight"].copy()
    table[-2:] += table[:-2].mean(axis=0)
    return table[indices]


def relu(values):
    return np.maximum(values, 0)


def softmax(values):
    powers = np.exp(values - values.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def predict(weights, fitted, rows):
    """What pipelines/penguins.mtl says, layer by layer; `mtlc graph` shows the paths. Dropout only works in training."""
    body = numbers(rows, ["bill_length_mm", "bill_depth_mm", "flipper_length_mm"])
    body = prepare(body, fitted["inputs"]["body"])
    island = classes(rows, "island", fitted["classes"]["penguins.island"])
    island = embed(weights, "island.embed.1", island)

    trunk = np.concatenate([body, island], axis=1)
    trunk = relu(dense(weights, "trunk.dense.1", trunk))
    trunk = relu(dense(weights, "trunk.dense.2", trunk))

    species = softmax(dense(weights, "species.head.dense.1", trunk))
    sex = sigmoid(dense(weights, "sex.head.dense.1", trunk))
    mass = back(dense(weights, "mass.head.dense.1", trunk), fitted["targets"]["mass"])
    names = fitted["classes"]["penguins.species"]
    return {
        "species": [names[best] for best in species.argmax(axis=1)],
        **{f"species.{name}": species[:, place] for place, name in enumerate(names)},
        "sex": np.where(sex[:, 0] >= 0.5, "male", "female").tolist(),
        "sex.male": sex[:, 0],
        "mass": mass[:, 0],
    }


def compare(answers, other):
    """Fails if a class differs, or a number by more than 1e-5 of its size (or of 1)."""
    worst = 0.0
    for name, ours in answers.items():
        theirs = [row[name] for row in other]
        assert len(ours) == len(theirs), f"{len(ours)} answers, and {len(theirs)} to compare with"
        if isinstance(ours, list):
            assert ours == theirs, f"the answers of `{name}` differ"
            continue
        theirs = np.array(theirs, dtype=np.float64)
        worst = max(worst, float((np.abs(ours - theirs) / np.maximum(1, np.abs(theirs))).max()))
    assert worst <= 1e-5, f"the answers are {worst} apart"
    print(f"{len(other)} rows, at most {worst:.1e} apart")


def read(path):
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def main(run, table, other=None):
    answers = predict(*load(run), read(table))
    if other:
        return compare(answers, read(other))
    writer = csv.writer(sys.stdout)
    writer.writerow(answers)
    writer.writerows(zip(*answers.values()))


if __name__ == "__main__":
    main(*sys.argv[1:])
