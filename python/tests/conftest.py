import os
import pathlib

import pytest

import mtlc

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def trained(tmp_path_factory):
    """A run of the first pipeline, of few epochs."""
    out = tmp_path_factory.mktemp("runs") / "penguins"
    before = os.getcwd()
    os.chdir(ROOT)
    try:
        return mtlc.run("pipelines/penguins.mtl", out=out, epochs=20, progress=False)
    finally:
        os.chdir(before)
