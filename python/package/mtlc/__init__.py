"""mtlc: a compiler for multi-task learning.

    import mtlc

    mtlc.check(text)                          # what is wrong with a spec
    mtlc.format(text)                         # the spec laid out
    run = mtlc.run("spec.mtl", set={"width": 64})
    model = mtlc.load(run)                    # or the path of a run, or of a pack
    model.predict(table)                      # pandas, polars, pyarrow, or whatever has Arrow's C interface
    model.embed("trunk", table)               # what a node makes of each row
    mtlc.Estimator("spec.mtl", task="species")  # an estimator of scikit-learn

Nothing is imported that is not there: tables come and go by whatever library they are of.
"""

from __future__ import annotations

from ._mtlc import version as __version__
from ._models import Model, load
from ._runs import Run, RunFailed, run
from ._specs import Problem, SpecError, check, format

__all__ = [
    "Estimator",
    "Model",
    "Problem",
    "Run",
    "RunFailed",
    "SpecError",
    "__version__",
    "check",
    "format",
    "load",
    "run",
]


def __getattr__(name: str):
    # scikit-learn is slow to import, and needed by this alone.
    if name == "Estimator":
        from ._estimator import Estimator

        return Estimator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
