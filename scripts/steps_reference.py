#!/usr/bin/env python3
"""Writes tests/data/files/steps.json: steps of numbers as NumPy, SciPy and scikit-learn compute them.

    pip install numpy scipy scikit-learn && python3 scripts/steps_reference.py

`tests/data/numbers.rs` holds our own steps to these figures."""

import json
import pathlib

import numpy as np
from scipy.signal import savgol_filter
from sklearn.decomposition import PCA
from sklearn.preprocessing import QuantileTransformer, RobustScaler

TRAIN = 18

random = np.random.default_rng(7)
walk = np.cumsum(random.normal(size=(24, 9)), axis=1).round(3)
# Ties, a column that is mostly zero, and one with a heavy tail.
walk[:, 1] = walk[:, 1].round(0)
walk[:, 3] = np.where(np.arange(24) % 8 == 2, 1.0, 0.0)
walk[:, 5] = np.exp(2 * walk[:, 5]).round(3)
train = walk[:TRAIN]


def robust(values):
    scaled = RobustScaler().fit(train)
    middle, spread = scaled.center_, np.subtract(*np.percentile(train, [75, 25], axis=0))
    ranges = (train.max(0) - train.min(0)) / 2
    return (values - middle) / np.where(spread > 0, spread, ranges)


def piecewise(values, bins):
    columns = []
    for column in range(values.shape[1]):
        edges = np.unique(np.quantile(train[:, column], np.linspace(0, 1, bins + 1)))
        x = values[:, column]
        parts = np.zeros((len(x), bins))
        for index, (low, high) in enumerate(zip(edges[:-1], edges[1:])):
            # Gorishniy et al. 2022, equation 1.
            part = (x - low) / (high - low)
            part = np.where((x < low) & (index > 0), 0.0, part)
            part = np.where((x >= high) & (index < len(edges) - 2), 1.0, part)
            parts[:, index] = part
        columns.append(parts)
    return np.concatenate(columns, axis=1)


def variate(values):
    return (values - values.mean(1, keepdims=True)) / values.std(1, ddof=1, keepdims=True)


def components(columns, count):
    """The sign is ours: the largest loading of a component is positive."""
    fitted = PCA(count).fit(train[:, columns])
    largest = np.abs(fitted.components_).argmax(1)
    signs = np.sign(fitted.components_[np.arange(count), largest])
    return fitted.transform(walk[:, columns]) * signs


def quantiles(to, count):
    fitted = QuantileTransformer(n_quantiles=count, output_distribution=to).fit(train)
    # Percentiles that are numbers of the column but for rounding would tear ties apart.
    fitted.quantiles_ = fitted.quantiles_.round(9)
    return fitted.transform(walk)


all_columns = slice(None)
cases = {
    "robust_scale": robust(walk),
    "robust_scale -> smooth_clip": robust(walk) / np.sqrt(1 + (robust(walk) / 3) ** 2),
    "smooth_clip(0.5)": walk / np.sqrt(1 + (walk / 0.5) ** 2),
    "piecewise_linear(4)": piecewise(walk, 4),
    "piecewise_linear(1)": piecewise(walk, 1),
    "quantile": quantiles("normal", TRAIN),
    "quantile(uniform)": quantiles("uniform", TRAIN),
    "quantile(uniform, quantiles: 5)": quantiles("uniform", 5),
    "snv": variate(walk),
    "savitzky_golay(5)": savgol_filter(walk, 5, 2),
    "savitzky_golay(7, order: 3, derivative: 1)": savgol_filter(walk, 7, 3, deriv=1),
    "savitzky_golay(9, order: 4, derivative: 2)": savgol_filter(walk, 9, 4, deriv=2),
    "savitzky_golay(1, order: 0)": walk,
    "pca(3)": components(all_columns, 3),
    "pca(9)": components(all_columns, 9),
    "snv -> savitzky_golay(5, derivative: 1) -> pca(2)": None,
}
spectra = savgol_filter(variate(walk), 5, 2, deriv=1)
fitted = PCA(2).fit(spectra[:TRAIN])
signs = np.sign(fitted.components_[np.arange(2), np.abs(fitted.components_).argmax(1)])
cases["snv -> savitzky_golay(5, derivative: 1) -> pca(2)"] = fitted.transform(spectra) * signs

text = "c1,c2,c3,c4,c5,c6,c7,c8,c9,y,part\n"
for row, values in enumerate(walk.tolist()):
    text += ",".join(map(str, values)) + f",{row},{'a' if row < TRAIN else 'b'}\n"
written = {"table": text, "cases": {chain: [float(f"{value:.8g}") for value in np.asarray(values).ravel()] for chain, values in cases.items()}}
path = pathlib.Path(__file__).parent.parent / "tests" / "data" / "files" / "steps.json"
path.write_text(json.dumps(written) + "\n")
