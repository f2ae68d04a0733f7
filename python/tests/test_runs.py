import pytest

import mtlc


def test_a_run_has_its_report_and_its_records(trained):
    assert trained.report["tasks"]["species"]["test"]["accuracy"] > 0.9
    epochs = [record["epoch"] for record in trained.metrics if record["record"] == "epoch"]
    assert epochs == list(range(1, 21))
    assert "species" in trained._repr_html_()


def test_settings_are_given_as_python_has_them(tmp_path):
    run = mtlc.run(
        "../pipelines/penguins.mtl", {"train.batch": 64, "train.stop": "never"}, out=tmp_path / "r", epochs=2, seed=7
    )
    assert run.report["epochs"] == 2 and run.report["seed"] == 7


def test_what_fails_says_why(tmp_path):
    with pytest.raises(mtlc.RunFailed, match="there is no such file") as found:
        mtlc.run("no-such.mtl", out=tmp_path / "r")
    assert found.value.code == 2
    with pytest.raises(mtlc.RunFailed, match="train.btch"):
        mtlc.run("../pipelines/penguins.mtl", {"train.btch": 64}, out=tmp_path / "r")
