import io
import subprocess
import sys

import numpy
import pandas
import polars
import pyarrow
import pytest

import mtlc

DATA = "../pipelines/data/penguins.csv"


@pytest.fixture(scope="session")
def model(trained):
    return mtlc.load(trained)


@pytest.fixture(scope="session")
def expected(trained):
    """What the command says of all rows."""
    said = subprocess.run(
        [sys.executable, "-m", "mtlc", "predict", str(trained.path), "--data", DATA, "--out", "-"], capture_output=True
    )
    return pandas.read_csv(io.BytesIO(said.stdout))


def same(answers, expected):
    assert list(answers.columns) == list(expected.columns)
    assert (answers["species"] == expected["species"]).all()
    numpy.testing.assert_array_equal(answers["mass"], expected["mass"])
    numpy.testing.assert_array_equal(answers["species.Adelie"], expected["species.Adelie"])


def test_answers_are_those_of_the_command_whatever_the_table_is_of(model, expected):
    table = pandas.read_csv(DATA)
    same(model.predict(table), expected)
    answers = model.predict(polars.read_csv(DATA, null_values="NA"))
    assert isinstance(answers, polars.DataFrame)
    same(answers.to_pandas(), expected)
    answers = model.predict(pyarrow.Table.from_pandas(table))
    assert isinstance(answers, pyarrow.Table)
    same(answers.to_pandas(), expected)
    plain = table.astype(object).where(table.notna(), None)
    same(model.predict({name: plain[name].tolist() for name in plain}).to_pandas(), expected)


def test_an_index_goes_along(model):
    rows = pandas.read_csv(DATA).iloc[[5, 3]]
    assert list(model.predict(rows).index) == [5, 3]


def test_a_column_that_is_missing_or_wrong_is_said(model):
    rows = pandas.read_csv(DATA)
    with pytest.raises(ValueError, match="bill_depth_mm"):
        model.predict(rows.drop(columns="bill_depth_mm"))
    with pytest.raises(ValueError, match="bill_depth_mm"):
        model.predict(rows.assign(bill_depth_mm="deep"))
    with pytest.raises(TypeError, match="pandas, polars or pyarrow"):
        model.predict(3)


def test_any_node_is_an_array(model):
    rows = pandas.read_csv(DATA)
    [last] = [node for node in model.nodes if node == "trunk.relu.2"]
    values = model.embed(last, rows)
    assert values.shape == (len(rows), 32) and (values >= 0).all() and values.std() > 0
    assert model.embed("island.embed.1", rows).shape == (len(rows), 4)
    with pytest.raises(ValueError, match="is `trunk.relu"):
        model.embed("trunk.relu.9", rows)


def test_a_model_says_what_it_is(model, trained):
    assert model.name == "penguins" and model.tasks == ["species", "sex", "mass"]
    assert model.report == trained.report
    with pytest.raises(ValueError, match="no-such"):
        mtlc.load("no-such")


def test_a_pack_will_do(trained, tmp_path, expected):
    pack = tmp_path / "a.mtlpack"
    subprocess.run([sys.executable, "-m", "mtlc", "pack", str(trained.path), "--out", str(pack)], check=True)
    same(mtlc.load(pack).predict(pandas.read_csv(DATA)), expected)
