#!/usr/bin/env python3
"""Compares rules by which the epoch of a run is kept: what each is worth on rows that no choice was made on.

    python3 scripts/selection_rules.py pipelines/data/penguins.csv:species,sex:body_mass_g TABLE.csv:CLASSES:NUMBERS …

A table comes with the names of its labels that are classes, and of those that are numbers; all its other columns are inputs.
scikit-learn's breast cancer, digits and diabetes are always among the tables. For each of eight seeds a table is split anew
(60, 15 and 25%), a network with a trunk of two layers and a head per label is trained for 80 epochs (AdamW at 2e-3, batches of
64, dropout of 0.1), and every epoch is judged on valid and test. A rule chooses among the epochs by valid; shown is what its
choices reach on test, against those of the plain rule (the best accuracy and R², as skill from the trivial answer at 0 to a
perfect one at 1, in points): the mean over tables with its standard error over runs, the skill by log loss, AUROC. Needs
numpy, pandas and scikit-learn.
"""

import sys

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.metrics import roc_auc_score

SEEDS, EPOCHS, BATCH, RATE, DECAY, DROP, WIDTHS = 8, 80, 64, 2e-3, 1e-2, 0.1, (64, 32)


def tables(arguments):
    cancer = datasets.load_breast_cancer(as_frame=True).frame
    yield "cancer", cancer.assign(target=cancer.target.map({0: "m", 1: "b"})), ["target"], ["mean radius"]
    digits = datasets.load_digits()
    frame = pd.DataFrame(digits.data).rename(columns=str)
    frame["digit"], frame["odd"] = [f"d{d}" for d in digits.target], ["oe"[d % 2] for d in digits.target]
    yield "digits", frame.sample(700, random_state=0), ["digit", "odd"], []
    sugar = datasets.load_diabetes(as_frame=True).frame
    yield "diabetes", sugar.assign(high=np.where(sugar.target > 140, "y", "n")), ["high"], ["target"]
    for argument in arguments:
        path, classes, numbers = (argument.split(":") + ["", ""])[:3]
        frame = pd.read_csv(path)
        yield path, frame.sample(min(len(frame), 2500), random_state=1), *([n for n in x.split(",") if n] for x in (classes, numbers))


def prepare(frame, classes, numbers, seed):
    """Inputs, and per label (kind, width, values, present), and the part of each row."""
    frame = frame.sample(frac=1, random_state=seed).reset_index(drop=True)
    part = np.repeat(["train", "valid", "test"], np.diff([0, int(0.6 * len(frame)), int(0.75 * len(frame)), len(frame)]))
    train, inputs, labels = part == "train", [], []
    for name in frame.columns.difference(classes + numbers, sort=False):
        if pd.api.types.is_numeric_dtype(frame[name]):
            values = frame[name].fillna(frame[name][train].median()).to_numpy(float)
            inputs.append(((values - values[train].mean()) / (values[train].std() or 1))[:, None])
        else:
            inputs.append(pd.get_dummies(frame[name].astype(str)).to_numpy(float))
    for name in classes:
        known = {c: i for i, c in enumerate(sorted(frame[name][train].dropna().astype(str).unique()))}
        values = frame[name].map(lambda v: known.get(str(v), -1) if v == v else -1).to_numpy()
        labels.append(("class", len(known), values, values >= 0))
    for name in numbers:
        values = frame[name].to_numpy(float)
        there = ~np.isnan(values)
        mean, deviation = values[train & there].mean(), values[train & there].std()
        labels.append(("number", 1, np.where(there, (values - mean) / deviation, 0), there))
    return np.concatenate(inputs, 1).astype("f4"), labels, part


def softmax(x):
    e = np.exp(x - x.max(1, keepdims=True))
    return e / e.sum(1, keepdims=True)


def skill(value, trivial, perfect):
    return None if abs(perfect - trivial) < 1e-12 else float(np.clip((value - trivial) / (perfect - trivial), -1, 1))


def judge(kind, width, outputs, truth, of_train):
    """Skill by the metric that chooses, by log loss (R² for numbers), and AUROC."""
    if kind == "number":
        square = ((outputs[:, 0] - truth) ** 2).mean()
        by = skill(-square / truth.var(), -((truth**2).mean() / truth.var()), 0)
        return by, by, None
    shares = np.bincount(of_train, minlength=width) / len(of_train)
    given = np.clip(softmax(outputs.astype(float)), 1e-15, 1)
    accuracy = skill((given.argmax(1) == truth).mean(), (truth == shares.argmax()).mean(), 1)
    loss = skill(-np.log(given[np.arange(len(truth)), truth]).mean(), -np.log(shares[truth]).mean(), 0)
    try:
        area = roc_auc_score(truth, given[:, 1]) if width == 2 else roc_auc_score(truth, given, multi_class="ovr")
    except ValueError:
        area = None
    return accuracy, loss, area


def run(frame, classes, numbers, seed):
    """For each epoch and part the mean over labels of the three figures."""
    inputs, labels, part = prepare(frame, classes, numbers, seed)
    draw, weights = np.random.default_rng(seed + 100), []
    train = np.where(part == "train")[0]

    def layer(rows, columns):
        weights.append((draw.uniform(-1, 1, (rows, columns)) * np.sqrt(3 / rows)).astype("f4"))
        weights.append(np.zeros(columns, "f4"))
        return len(weights) - 2

    first, second = layer(inputs.shape[1], WIDTHS[0]), layer(*WIDTHS)
    heads = [layer(WIDTHS[1], width) for _, width, _, _ in labels]
    moments = [[np.zeros_like(w) for w in weights] for _ in range(2)]

    def forward(x, keep):
        one = np.maximum(x @ weights[first] + weights[first + 1], 0)
        mask = (draw.random(one.shape) > DROP).astype("f4") / (1 - DROP) if keep else None
        one = one * mask if keep else one
        two = np.maximum(one @ weights[second] + weights[second + 1], 0)
        return one, mask, two, [two @ weights[h] + weights[h + 1] for h in heads]

    step, history = 0, {"valid": [], "test": []}
    for _ in range(EPOCHS):
        order = draw.permutation(train)
        for rows in (order[at : at + BATCH] for at in range(0, len(order), BATCH)):
            one, mask, two, outputs = forward(inputs[rows], True)
            slopes, back = [None] * len(weights), np.zeros_like(two)
            for (kind, _, values, there), output, head in zip(labels, outputs, heads):
                if kind == "class":
                    slope = softmax(output)
                    slope[np.arange(len(rows)), np.maximum(values[rows], 0)] -= 1
                else:
                    slope = np.clip(output - values[rows][:, None], -1, 1)
                slope = (slope * there[rows][:, None] / max(1, there[rows].sum()) / len(labels)).astype("f4")
                slopes[head], slopes[head + 1] = two.T @ slope, slope.sum(0)
                back += slope @ weights[head].T
            back = back * (two > 0)
            slopes[second], slopes[second + 1] = one.T @ back, back.sum(0)
            back = (back @ weights[second].T) * mask * (one > 0)
            slopes[first], slopes[first + 1] = inputs[rows].T @ back, back.sum(0)
            step += 1
            for place, slope in enumerate(slopes):
                moments[0][place] = 0.9 * moments[0][place] + 0.1 * slope
                moments[1][place] = 0.999 * moments[1][place] + 0.001 * slope * slope
                change = moments[0][place] / (1 - 0.9**step) / (np.sqrt(moments[1][place] / (1 - 0.999**step)) + 1e-8)
                weights[place] = (weights[place] * (1 - RATE * DECAY * (place % 2 == 0)) - RATE * change).astype("f4")
        outputs = forward(inputs, False)[-1]
        for name in history:
            figures = []
            for (kind, width, values, there), output in zip(labels, outputs):
                rows = np.where((part == name) & there)[0]
                figures.append(judge(kind, width, output[rows], values[rows], values[(part == "train") & there]))
            mean = lambda column: np.mean([f for f in column if f is not None] or [np.nan])
            history[name].append([mean(column) for column in zip(*figures)])
    return {name: np.array(rows) for name, rows in history.items()}


def moving(scores, share):
    means = [scores[0]]
    for score in scores[1:]:
        means.append(means[-1] + share * (score - means[-1]))
    return np.array(means)


def rules(valid):
    """The score of each epoch, by rule."""
    plain, smooth = valid[:, 0], valid[:, 1]
    half = (plain + smooth) / 2
    return {
        "plain": plain,
        "log loss": smooth,
        "half log loss": half,
        "moving mean": moving(plain, 0.5),
        "half log loss, moving mean": moving(half, 0.5),
    }


def kept(scores, smooth, patience):
    """The best epoch, equals by the lower log loss, among those before training stops."""
    end, stale, best = len(scores), 0, -np.inf
    for epoch, score in enumerate(scores):
        stale, best = (0, score) if score > best else (stale + 1, best)
        if patience and stale >= patience:
            end = epoch + 1
            break
    return max(range(end), key=lambda epoch: (scores[epoch], smooth[epoch], -epoch))


def main():
    results = {}
    for name, frame, classes, numbers in tables(sys.argv[1:]):
        for seed in range(1, SEEDS + 1):
            history = run(frame, classes, numbers, seed)
            for patience in (None, 15):
                scores = rules(history["valid"])
                chosen = {rule: kept(of, history["valid"][:, 1], patience) for rule, of in scores.items()}
                # The standard error of the best epoch, from the spread of the epochs around their moving mean.
                error = np.std(scores["plain"] - scores["moving mean"])
                best = scores["plain"][chosen["plain"]]
                chosen["earliest within one error"] = int(np.argmax(scores["plain"] >= best - error))
                chosen["last"] = kept(scores["plain"], history["valid"][:, 1], patience) if patience else EPOCHS - 1
                for rule, epoch in chosen.items():
                    results.setdefault((patience, rule), {}).setdefault(name, []).append(history["test"][epoch])
        print(name, "done", file=sys.stderr)
    for patience in (None, 15):
        print(f"\nearly stopping after {patience} epochs" if patience else "all epochs")
        plain = results[patience, "plain"]
        for rule in (rule for stop, rule in results if stop == patience):
            gains = {name: 100 * (np.array(rows) - np.array(plain[name])) for name, rows in results[patience, rule].items()}
            mean = np.nanmean([gain.mean(0) for gain in gains.values()], axis=0)
            all_runs = np.concatenate(list(gains.values()))[:, 0]
            print(f"{rule:28s} {mean[0]:+.2f} ± {all_runs.std() / len(all_runs) ** 0.5:.2f}  {mean[1]:+.2f}  {mean[2]:+.2f}")


if __name__ == "__main__":
    main()
