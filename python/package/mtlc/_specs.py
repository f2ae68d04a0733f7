"""Specs as texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import List, Optional

from . import _mtlc


@dataclass(frozen=True)
class Problem:
    """Something that is wrong with a spec."""

    code: str
    #: ``error`` or ``warning``.
    severity: str
    message: str
    #: The file, and where in it, from 1; ``None`` of a problem that has no place.
    file: Optional[str]
    line: Optional[int]
    column: Optional[int]
    help: Optional[str]

    def __str__(self) -> str:
        place = "" if self.line is None else f"{self.file}:{self.line}:{self.column}: "
        return f"{place}{self.severity}[{self.code}]: {self.message}"


class SpecError(ValueError):
    """A text that is no spec. Its words are those that a terminal shows; :attr:`problems` has them one by one."""

    def __init__(self, drawn: str, problems: List[Problem]):
        super().__init__(drawn)
        self.problems = problems


def _problems(document: str) -> List[Problem]:
    return [
        Problem(
            code=problem["code"],
            severity=problem["severity"],
            message=problem["message"],
            file=problem.get("file"),
            line=problem.get("line"),
            column=problem.get("column"),
            help=problem.get("help"),
        )
        for problem in json.loads(document)["diagnostics"]
    ]


def check(text: str, path: str = "spec.mtl") -> List[Problem]:
    """Everything that is wrong with a spec; nothing if it can be run.

    Imports and facts are looked for from the folder of ``path``, which need not be there itself.
    """
    document, _ = _mtlc.check(text, str(path))
    return _problems(document)


def format(text: str, path: str = "spec.mtl") -> str:
    """The spec laid out as ``mtlc fmt`` does it.

    Raises :class:`SpecError` if it cannot be read.
    """
    formatted, document, drawn = _mtlc.format(text, str(path))
    if formatted is None:
        raise SpecError(drawn, _problems(document))
    return formatted
