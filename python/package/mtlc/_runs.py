"""Training: a process of its own, which a notebook can watch and stop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

PathLike = Union[str, "os.PathLike[str]"]


class RunFailed(RuntimeError):
    """A run that did not come to its end. Its words are what the command said; :attr:`code` is its exit code."""

    def __init__(self, said: str, code: int):
        super().__init__(said.strip() or f"mtlc ended with {code}")
        self.code = code


class Run:
    """A run directory."""

    def __init__(self, path: PathLike):
        self.path = Path(path)

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return f"Run({str(self.path)!r})"

    @property
    def report(self) -> Dict[str, Any]:
        """``report.json``: figures of every task on every part, and how the training went."""
        return json.loads((self.path / "report.json").read_text(encoding="utf-8"))

    @property
    def metrics(self) -> List[Dict[str, Any]]:
        """``metrics.jsonl``: a record per epoch, and per epoch, task and part."""
        return list(_records(self.path, 0)[0])

    def _repr_html_(self) -> str:
        rows = []
        for name, task in self.report["tasks"].items():
            key = task["select"]
            parts = [task.get(part) for part in ("train", "valid", "test")]
            cells = "".join(f"<td>{_short(part.get(key)) if part else '–'}</td>" for part in parts)
            rows.append(f"<tr><th>{name}</th><td>{key}</td>{cells}</tr>")
        head = "<tr><th>task</th><th>metric</th><th>train</th><th>valid</th><th>test</th></tr>"
        return f"<table>{head}{''.join(rows)}</table><p>{self.path}</p>"


def run(
    path: PathLike,
    set: Optional[Mapping[str, Any]] = None,
    *,
    out: Optional[PathLike] = None,
    device: Optional[str] = None,
    seed: Optional[int] = None,
    epochs: Optional[int] = None,
    arguments: Iterable[str] = (),
    progress: Optional[bool] = None,
) -> Run:
    """Trains a spec, and gives its run.

    ``set`` gives params, weights and settings other values (``{"width": 64, "train.batch": 32}``), ``arguments`` any other options of
    ``mtlc run``. ``progress`` shows how it goes; unless said, in notebooks and terminals. Raises :class:`RunFailed` with the words
    of the command; whoever interrupts it can go on with ``mtlc run --resume``.
    """
    folder = Path(out) if out is not None else _free(Path(path).stem)
    command = [sys.executable, "-m", "mtlc", "run", str(path), "-q", "--out", str(folder)]
    for name, value in (set or {}).items():
        command += ["--set", f"{name}={_written(value)}"]
    for option, value in (("--device", device), ("--seed", seed), ("--epochs", epochs)):
        if value is not None:
            command += [option, str(value)]
    command += list(arguments)
    shown = _Progress() if (progress if progress is not None else _watched()) else None
    with tempfile.TemporaryFile("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=said)
        try:
            seen = 0
            while process.poll() is None:
                time.sleep(0.1)
                if shown:
                    records, seen = _records(folder, seen)
                    shown.show(records)
        except KeyboardInterrupt:
            process.wait()
            raise
        if shown:
            shown.show(_records(folder, seen)[0])
            shown.end()
        if process.returncode != 0:
            said.seek(0)
            raise RunFailed(said.read(), process.returncode)
    return Run(folder)


def _free(name: str) -> Path:
    """A folder for a run that is not there yet."""
    stamp = time.strftime("%Y-%m-%dT%H-%M-%SZ", time.gmtime())
    count, folder = 1, Path("runs") / name / stamp
    while folder.exists():
        count += 1
        folder = Path("runs") / name / f"{stamp}-{count}"
    return folder


def _written(value: Any) -> str:
    """A value as a spec writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_written(one) for one in value) + "]"
    return str(value)


def _records(folder: Path, start: int):
    """The whole lines of the records from a place on, and where they end."""
    try:
        with open(folder / "metrics.jsonl", "rb") as file:
            file.seek(start)
            text = file.read()
    except FileNotFoundError:
        return [], start
    whole = text[: text.rfind(b"\n") + 1]
    return [json.loads(line) for line in whole.splitlines()], start + len(whole)


def _short(value: Optional[float]) -> str:
    return "–" if value is None else f"{value:.4g}"


def _watched() -> bool:
    return _notebook() or sys.stderr.isatty()


def _notebook() -> bool:
    shell = sys.modules.get("IPython")
    shell = shell.get_ipython() if shell else None
    return shell is not None and "IPKernelApp" in getattr(shell, "config", {})


class _Progress:
    """One line that is written anew after every epoch."""

    def __init__(self):
        self.losses: Dict[str, float] = {}
        self.handle = None
        self.width = 0

    def show(self, records: Iterable[Mapping[str, Any]]) -> None:
        line = None
        for record in records:
            if record["record"] == "task" and record["part"] == "train" and record["loss"] is not None:
                self.losses[record["task"]] = record["loss"]
            elif record["record"] == "epoch":
                losses = "  ".join(f"{task} {loss:.4f}" for task, loss in list(self.losses.items())[:6])
                score = record.get("score")
                line = f"epoch {record['epoch']}  {losses}" + ("" if score is None else f"  score {score:.4f}")
        if line is None:
            return
        if _notebook():
            from IPython.display import HTML, display

            page = HTML(f"<code>{line}</code>")
            if self.handle is None:
                self.handle = display(page, display_id=True)
            else:
                self.handle.update(page)
            return
        print("\r" + line.ljust(self.width), end="", file=sys.stderr, flush=True)
        self.width = len(line)

    def end(self) -> None:
        if self.width:
            print(file=sys.stderr)
