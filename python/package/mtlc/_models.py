"""Runs that are asked."""

from __future__ import annotations

import json
import os
import sys
from typing import Any, Dict, List, Optional

from . import _mtlc
from ._runs import PathLike, Run


class Model:
    """A trained model. Made by :func:`load`."""

    def __init__(self, inner: "_mtlc.Model"):
        self._inner = inner

    def __repr__(self) -> str:
        return f"<mtlc.Model {self.name}: {', '.join(self.tasks)}>"

    @property
    def name(self) -> str:
        """As the spec is called."""
        return self._inner.name

    @property
    def tasks(self) -> List[str]:
        """What it answers."""
        return self._inner.tasks

    @property
    def nodes(self) -> List[str]:
        """What :meth:`embed` can be asked for, in the order in which it is computed."""
        return self._inner.nodes

    @property
    def report(self) -> Dict[str, Any]:
        """``report.json`` of its run."""
        return json.loads(self._inner.report)

    def predict(self, table: Any, data: Optional[str] = None) -> Any:
        """What it answers about each row, as ``mtlc predict`` has it: a table of the same library as the one that is given.

        ``table`` is of pandas, polars or pyarrow, or a dict of columns, or anything with Arrow's C interface; ``data`` names the data
        set whose rows these are, of a model of several. Raises :class:`ValueError` with the words of the command if they cannot be read.
        """
        stream, back = _given(table)
        return back(self._inner.predict(stream, data))

    def embed(self, node: str, table: Any, data: Optional[str] = None) -> Any:
        """The value of a node for each row, as an array of numpy: ``model.embed("trunk", table)``."""
        import numpy

        stream, _ = _given(table)
        shape, values = self._inner.embed(node, stream, data)
        return numpy.frombuffer(values, dtype=numpy.float32).reshape(shape)


def load(run: PathLike, device: Optional[str] = None) -> Model:
    """Opens a finished run, or a pack; ``device`` is one of ``mtlc predict --device``."""
    path = run.path if isinstance(run, Run) else run
    return Model(_mtlc.Model(os.fspath(path), device))


def _given(table: Any):
    """What has the table by Arrow's C interface, and how a table of that kind is made of one."""
    kind = type(table).__module__.partition(".")[0]
    if kind == "pandas":
        import pyarrow

        # An index is no column.
        stream = table if hasattr(table, "__arrow_c_stream__") else pyarrow.Table.from_pandas(table, preserve_index=False)
        return stream, lambda answers: _with_index(pyarrow.table(answers).to_pandas(), table)
    if kind == "polars":
        import polars

        stream = table.collect() if isinstance(table, polars.LazyFrame) else table
        return stream, polars.DataFrame
    if isinstance(table, dict):
        import pyarrow

        return pyarrow.table(table), lambda answers: pyarrow.table(answers)
    if not hasattr(table, "__arrow_c_stream__"):
        wanted = "a table of pandas, polars or pyarrow, a dict of columns, or anything with __arrow_c_stream__"
        raise TypeError(f"predictions are for {wanted}, not for {type(table).__name__}")
    if "pyarrow" in sys.modules and kind == "pyarrow":
        import pyarrow

        return table, pyarrow.table
    return table, lambda answers: answers


def _with_index(answers, table):
    answers.index = table.index
    return answers
