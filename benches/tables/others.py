"""scikit-learn on the same tables and parts: a network, a forest, gradient boosting, and partial least squares for spectra."""

import warnings

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.cross_decomposition import PLSRegression
from sklearn.ensemble import (HistGradientBoostingClassifier, HistGradientBoostingRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.exceptions import ConvergenceWarning
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, roc_auc_score, root_mean_squared_error
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings("ignore", category=ConvergenceWarning)


def score(kind, labels, answers):
    """RMSE of numbers, accuracy of classes, and AUROC of yes-or-no questions, for which `answers` are probabilities."""
    if kind == "number":
        return root_mean_squared_error(labels, answers)
    if kind == "classes":
        return accuracy_score(labels, answers)
    return roc_auc_score(labels == kind, answers)


def methods(kind, seed):
    """Name: how a model is fitted on (inputs, labels) of train and valid, and whether it reads categories by itself."""
    regression = kind == "number"
    forest = (RandomForestRegressor if regression else RandomForestClassifier)(n_jobs=2, random_state=seed)
    network = (MLPRegressor if regression else MLPClassifier)(
        early_stopping=True, random_state=seed)
    boosting = (HistGradientBoostingRegressor if regression else HistGradientBoostingClassifier)(
        early_stopping=True, max_iter=300, categorical_features="from_dtype", random_state=seed)
    return {"MLP": network, "forest": forest, "boosting": boosting}


def encoded(inputs, names):
    """Numbers standardised, with gaps filled, and categories as one number per class."""
    numbers = [name for name in names if pd.api.types.is_numeric_dtype(inputs[name])]
    rest = [name for name in names if name not in numbers]
    return make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        (OneHotEncoder(handle_unknown="ignore", sparse_output=False), rest))


def run(table, tasks, seed):
    """{task: {method: score}} on the test part."""
    results = {}
    names = [name for name in table.columns if name not in tasks and name != "part"]
    for task, kind in tasks.items():
        known = table[table[task].notna()]
        train, valid, test = (known[known.part == part] for part in ("train", "valid", "test"))
        labels = {part: rows[task].to_numpy() for part, rows in (("train", train), ("valid", valid), ("test", test))}
        encoder = encoded(train, names).fit(train[names])
        dense = {part: encoder.transform(rows[names]) for part, rows in (("train", train), ("valid", valid), ("test", test))}
        results[task] = {}
        for method, model in methods(kind, seed).items():
            if method == "MLP":
                # It cuts its validation part from what it is given: train and valid, in the same proportion.
                model.set_params(validation_fraction=len(valid) / (len(train) + len(valid)))
                inputs = np.concatenate([dense["train"], dense["valid"]])
                answers = np.concatenate([labels["train"], labels["valid"]])
                if kind == "number":
                    mean, deviation = answers.mean(), answers.std()
                    model.fit(inputs, (answers - mean) / deviation)
                    found = model.predict(dense["test"]) * deviation + mean
                    results[task][method] = score(kind, labels["test"], found)
                    continue
                model.fit(inputs, answers)
                inputs = dense["test"]
            elif method == "forest":
                model.fit(dense["train"], labels["train"])
                inputs = dense["test"]
            else:
                frames = [rows[names].copy() for rows in (train, valid, test)]
                for name in names:
                    if not pd.api.types.is_numeric_dtype(frames[0][name]):
                        # More classes than it takes as categories become numbers.
                        classes = frames[0][name].astype("category").cat.categories[:250]
                        frames = [one.assign(**{name: one[name].astype(pd.CategoricalDtype(classes))}) for one in frames]
                model.fit(frames[0], labels["train"], X_val=frames[1], y_val=labels["valid"])
                inputs = frames[2]
            if kind in ("number", "classes"):
                answers = model.predict(inputs)
            else:
                answers = model.predict_proba(inputs)[:, list(model.classes_).index(kind)]
            results[task][method] = score(kind, labels["test"], answers)
        if "ch001" in names and kind == "number":
            results[task]["PLS"] = least_squares(dense, labels)
    return results


def least_squares(inputs, labels):
    """Partial least squares, with as many components as valid likes best."""
    models = [PLSRegression(components).fit(inputs["train"], labels["train"]) for components in range(1, 31)]
    errors = [root_mean_squared_error(labels["valid"], model.predict(inputs["valid"]).ravel()) for model in models]
    return root_mean_squared_error(labels["test"], models[int(np.argmin(errors))].predict(inputs["test"]).ravel())
