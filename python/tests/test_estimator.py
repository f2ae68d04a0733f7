import numpy
import pandas
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_val_score

import mtlc

COLUMNS = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm"]
OTHERS = ["sex", "body_mass_g"]


@pytest.fixture(scope="module")
def rows():
    return pandas.read_csv("../pipelines/data/penguins.csv")


def test_scores_over_folds(rows):
    estimator = mtlc.Estimator("../pipelines/penguins.mtl", task="species", epochs=30)
    scores = cross_val_score(estimator, rows[COLUMNS + OTHERS], rows["species"], cv=3)
    assert len(scores) == 3 and min(scores) > 0.9, scores


def test_a_copy_has_the_same_settings_and_nothing_learnt(rows):
    estimator = mtlc.Estimator("../pipelines/penguins.mtl", task="mass", epochs=5, set={"train.batch": 16})
    copy = clone(estimator)
    assert copy.get_params() == estimator.get_params()
    estimator.fit(rows[COLUMNS + ["species", "sex"]], rows["body_mass_g"])
    numbers = estimator.predict(rows[COLUMNS])
    assert numbers.dtype.kind == "f" and numbers.shape == (len(rows),)
    with pytest.raises(AttributeError, match="no probabilities"):
        estimator.predict_proba(rows[COLUMNS])
    assert not hasattr(copy, "model_")


def test_probabilities_stand_as_the_classes_do(rows):
    estimator = mtlc.Estimator("../pipelines/penguins.mtl", task="species", epochs=30, seed=1)
    estimator.fit(rows[COLUMNS + OTHERS], rows["species"])
    shares = estimator.predict_proba(rows[COLUMNS])
    numpy.testing.assert_allclose(shares.sum(axis=1), 1, atol=1e-6)
    likeliest = estimator.classes_[shares.argmax(axis=1)]
    assert (likeliest == estimator.predict(rows[COLUMNS])).all()


def test_a_task_that_is_not_there_is_said(rows):
    with pytest.raises(ValueError, match="species, sex, mass"):
        mtlc.Estimator("../pipelines/penguins.mtl", task="specie").fit(rows[COLUMNS], rows["species"])
