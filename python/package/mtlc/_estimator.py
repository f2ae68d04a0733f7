"""A spec as an estimator of scikit-learn: one task of it, over tables of pandas."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import Any, Mapping, Optional

import numpy
import pandas
from sklearn.base import BaseEstimator
from sklearn.metrics import accuracy_score, r2_score
from sklearn.utils import ClassifierTags, RegressorTags
from sklearn.utils.validation import check_is_fitted

from . import _mtlc
from ._models import load
from ._runs import run


class Estimator(BaseEstimator):
    """Trains a spec on rows that are given, and answers with one of its tasks.

    ``spec`` is the path of a spec of one data set. ``X`` is a table of pandas with the columns that its inputs read, under the names that the
    file has, and ``y`` the label of ``task`` (of the only one, unless said). Labels of other tasks may stand among the columns of ``X``: they
    are learnt from while training, and not needed to predict; where they are absent, ``y`` alone is learnt if the spec has one task.

    All rows are for training, but for the share ``valid``, by which the kept epoch is chosen. ``set``, ``seed``, ``epochs`` and ``device`` are those of
    :func:`mtlc.run`. After :meth:`fit` there are ``model_`` (:class:`mtlc.Model`), ``report_`` and, of a task with classes, ``classes_``.
    """

    def __init__(
        self,
        spec: Any = None,
        task: Optional[str] = None,
        *,
        set: Optional[Mapping[str, Any]] = None,
        valid: float = 0.15,
        seed: Optional[int] = None,
        epochs: Optional[int] = None,
        device: Optional[str] = None,
    ):
        self.spec = spec
        self.task = task
        self.set = set
        self.valid = valid
        self.seed = seed
        self.epochs = epochs
        self.device = device

    def fit(self, X, y):
        path = Path(self.spec)
        text = path.read_text(encoding="utf-8")
        said = json.loads(_mtlc.describe(text, str(path)))
        if len(said["data"]) != 1:
            raise ValueError(f"`{path}` has {len(said['data'])} data sets, and an estimator has rows of one")
        task = self._chosen(said["tasks"])
        if len(task["label"]) != 1:
            raise ValueError(f"the label of `{task['name']}` is {len(task['label'])} columns, and `y` is one")
        rows = pandas.DataFrame(X).reset_index(drop=True)
        rows[task["label"][0]] = numpy.asarray(y)
        folder = Path(tempfile.mkdtemp(prefix="mtlc-"))
        self._kept = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        table = folder / "rows.parquet"
        rows.to_parquet(table, index=False)
        # Beside the spec, so that its imports are found.
        own = folder / path.name
        own.write_text(_with_rows(text, said["data"][0], table, self.valid), encoding="utf-8")
        for beside in path.parent.glob("*.mtl"):
            if not (folder / beside.name).exists():
                shutil.copy(beside, folder)
        done = run(
            own, self.set, out=folder / "run", device=self.device, seed=self.seed, epochs=self.epochs, progress=False
        )
        self.report_ = done.report
        self.model_ = load(done)
        self.task_ = task["name"]
        classes = self.report_["tasks"][self.task_].get("classes")
        if classes:
            known = numpy.unique(numpy.asarray(y)[~pandas.isna(y)])
            # As they came: a class of numbers is answered in numbers.
            self.classes_ = numpy.asarray(sorted(known, key=lambda one: classes.index(_spelt(one, classes))))
            self._spelt = {_spelt(one, classes): one for one in known}
        self.n_features_in_ = numpy.shape(X)[1]
        return self

    def predict(self, X):
        check_is_fitted(self, "model_")
        answers = self.model_.predict(pandas.DataFrame(X))[self.task_]
        if hasattr(self, "classes_"):
            return numpy.asarray([self._spelt.get(answer, answer) for answer in answers])
        return answers.to_numpy()

    def predict_proba(self, X):
        check_is_fitted(self, "model_")
        if not hasattr(self, "classes_"):
            raise AttributeError(f"`{self.task_}` answers with numbers, which have no probabilities")
        answers = self.model_.predict(pandas.DataFrame(X))
        spelt = {one: text for text, one in self._spelt.items()}
        names = [f"{self.task_}.{spelt[one]}" for one in self.classes_]
        found = [name for name in names if name in answers]
        if len(found) == 1 and len(names) == 2:
            # Yes or no has the probability of yes alone.
            yes = answers[found[0]].to_numpy()
            both = [yes if name == found[0] else 1 - yes for name in names]
            return numpy.stack(both, axis=1)
        return answers[names].to_numpy()

    def score(self, X, y, sample_weight=None):
        """Accuracy of classes, R² of numbers."""
        metric = accuracy_score if hasattr(self, "classes_") else r2_score
        return metric(y, self.predict(X), sample_weight=sample_weight)

    def __sklearn_tags__(self):
        # By which folds are cut so that each has every class.
        tags = super().__sklearn_tags__()
        try:
            path = Path(self.spec)
            task = self._chosen(json.loads(_mtlc.describe(path.read_text(encoding="utf-8"), str(path)))["tasks"])
        except (OSError, TypeError, ValueError):
            return tags
        if task["classes"]:
            tags.estimator_type, tags.classifier_tags = "classifier", ClassifierTags()
        else:
            tags.estimator_type, tags.regressor_tags = "regressor", RegressorTags()
        return tags

    def _chosen(self, tasks):
        names = [task["name"] for task in tasks]
        if self.task is None and len(tasks) == 1:
            return tasks[0]
        for task in tasks:
            if task["name"] == self.task:
                return task
        raise ValueError(f"`task` is one of {', '.join(names)}, not {self.task}")


def _spelt(value, classes) -> str:
    """A class as the report has it."""
    for text in (str(value), str(value).lower(), re.sub(r"\.0$", "", str(value))):
        if text in classes:
            return text
    return str(value)


def _with_rows(text: str, data: Mapping[str, Any], table: Path, valid: float) -> str:
    """The spec with these rows in the place of its own, all of them for training but a share."""
    spec = text.encode("utf-8")
    share = round(100 * valid, 6)
    split = f"split {{ train: {100 - share:g}%, valid: {share:g}% }}" if share else "split { train: 100% }"
    changes = []
    start, end = data["split"]
    if spec[start:end].lstrip().startswith(b"split"):
        changes.append((start, end, split))
    start, end = data["path"]
    # From the format's name to the bracket that closes it.
    begin = re.search(rb"\w+\s*\(\s*(path\s*:\s*)?$", spec[:start]).start()
    depth, close = 0, end
    while depth >= 0:
        depth += {b"(": 1, b")": -1}.get(spec[close : close + 1], 0)
        close += 1
    changes.append((begin, close, f'parquet("{table.as_posix()}")'))
    for begin, end, new in sorted(changes, reverse=True):
        spec = spec[:begin] + new.encode("utf-8") + spec[end:]
    return spec.decode("utf-8")
