#!/usr/bin/env python3
"""Compares rules by which the epoch of a run is kept, on mtlc's own runs: what each is worth on rows no choice was made on.

    python3 scripts/selection_rules.py --mtlc target/release/mtlc --tables target/tables

Tried are the pipelines of this project that read a table, and from the folder of `--tables` (which benches/tables/run.py
fills) the larger ones, by the spec of benches/tables/plain.py. For each seed a table is cut anew (70, 15 and 15%) and a copy of the spec is trained twice
without early stopping: once as it is, and once with the rows of test in the place of valid. Nothing that is learned depends on
valid, so both are one training, and the histories of its figures on valid and on test come out of it. (That they are one is
asserted, by the training losses of every epoch; and that the rule of the program, followed here, keeps the epoch that the
program keeps.) A rule then chooses among the epochs by valid, all of them or those before it would have stopped.

Shown is what the choices reach on test beside those of the plain rule, in points: the mean skill of the metrics that choose
(accuracy, R²) from the trivial answer at 0 to a perfect one at 1, with its standard error over runs; the skill by log loss
(R² of numbers); AUROC; and the skill of the program's own rule beside that of each, run by run, with the standard error of the
difference. `--seeds` says how many seeds, `--cache` where runs are kept. Needs numpy and pandas.
"""

import argparse
import json
import pathlib
import re
import subprocess
import sys

import numpy as np
import pandas as pd

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benches" / "tables"))
import plain  # noqa: E402

PIPELINES = ["penguins", "credit", "disease"]
TABLES = {
    "bikes": {"casual": "number", "registered": "number"},
    "magic": {"particle": "hadron"},
    "patients": {"death": "dead"},
}
SPLIT = 'split { by: part, train: "train", valid: "valid", test: "test" }'
SWAPPED = 'split { by: part, train: "train", valid: "test", test: "valid" }'
# By what a task of classes is chosen unless its spec says otherwise.
DECIDES = "accuracy"


def specs(tables):
    """(name, text of a spec, where its tables lie)"""
    for name in PIPELINES:
        yield name, (ROOT / "pipelines" / f"{name}.mtl").read_text(), ROOT / "pipelines"
    for name, tasks in TABLES.items():
        path = tables / f"{name}.csv"
        text = plain.spec(path.name, pd.read_csv(path), tasks).replace(", select: auroc", "")
        yield name, text.replace("batch: 32", "batch: 128").replace("epochs: 100", "epochs: 60"), tables


def recut(text, home, folder, seed):
    """The spec on copies of its tables with a new split; its patience is taken out, and the log loss is a metric."""

    def copy(match):
        path = home / match.group(1)
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        draw = np.random.default_rng(seed).permutation(len(table))
        part = np.empty(len(table), dtype=object)
        for name, rows in zip(("train", "valid", "test"), np.split(draw, [int(0.7 * len(table)), int(0.85 * len(table))])):
            part[rows] = name
        table.assign(part=part).to_csv(folder / path.name, index=False)
        return f'csv("{path.name}")'

    text = re.sub(r'csv\("([^"]+)"\)', copy, text)
    text = re.sub(r"split \{[^}]*\}", SPLIT, text)
    if "part:" not in text.replace(SPLIT, ""):
        text = text.replace("columns {", "columns {\n    part: category")
    text = re.sub(r"(task \w+: (?:classification|binary)\b[^{]*\{ *)", r"\1metrics: inherited + [log_loss], ", text)
    patience = re.search(r"patience: (\d+)", text)
    return re.sub(r"\n *stop:.*", "", text), int(patience.group(1)) if patience else 15


def train(program, spec, seed):
    """The figures of each epoch, by task; the λ of the tasks; what the program kept."""
    out = spec.with_suffix("")
    if not (out / "report.json").exists():
        command = [program, "run", spec, "--out", out, "--seed", str(seed), "--device", "flex", "-q"]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stderr}")
    report = json.loads((out / "report.json").read_text())
    history, losses = {}, []
    for line in (out / "metrics.jsonl").read_text().splitlines():
        record = json.loads(line)
        if record["record"] == "task" and record["part"] == "valid":
            history.setdefault(record["task"], []).append(record)
        elif record["record"] == "epoch":
            losses.append(record["loss"]["train"])
    return history, report, losses


def figures(history, report):
    """For each epoch the mean over tasks of skill, of skill by log loss (R² of numbers), the loss, AUROC."""
    skill, smooth, loss, area = [], [], 0, []
    for task, records in history.items():
        of = report["tasks"][task]
        skill.append([record["skill"] for record in records])
        if of["select"] == DECIDES:
            trivial = of["valid"]["trivial"]["log_loss"]
            smooth.append([np.clip(1 - record["metrics"]["log_loss"] / trivial, -1, 1) for record in records])
        else:
            smooth.append(skill[-1])
        loss = loss + report["weights"][task] * np.array([record["loss"] for record in records])
        if "auroc" in records[0]["metrics"]:
            area.append([record["metrics"]["auroc"] for record in records])
    none = np.full((1, len(loss)), np.nan)
    return [np.mean(skill, 0), np.mean(smooth, 0), loss, np.mean(area or none, 0)]


def moving(scores, share):
    means = [scores[0]]
    for score in scores[1:]:
        means.append(means[-1] + share * (score - means[-1]))
    return np.array(means)


def rules(skill, smooth, loss):
    """The score of each epoch, by rule."""
    half = (skill + smooth) / 2
    return {
        "plain": skill,
        "plain, moving mean": moving(skill, 0.5),
        "plain, slower moving mean": moving(skill, 0.25),
        "log loss": smooth,
        "log loss, moving mean": moving(smooth, 0.5),
        "half log loss": half,
        "half log loss, moving mean": moving(half, 0.5),
        "half log loss, slower moving mean": moving(half, 0.25),
        "validation loss": -loss,
    }


PRESENT = "half log loss, moving mean"


def kept(scores, loss, patience):
    """The best epoch, equals by the lower loss, among those before training stops."""
    end, stale, best = len(scores), 0, -np.inf
    for epoch, score in enumerate(scores):
        stale, best = (0, score) if score > best else (stale + 1, best)
        if patience and stale >= patience:
            end = epoch + 1
            break
    return max(range(end), key=lambda epoch: (scores[epoch], -loss[epoch], -epoch))


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--mtlc", default="mtlc")
    arguments.add_argument("--tables", type=pathlib.Path, default=ROOT / "target" / "tables")
    arguments.add_argument("--cache", type=pathlib.Path, default=ROOT / "target" / "selection")
    arguments.add_argument("--seeds", type=int, default=5)
    given = arguments.parse_args()
    results = {}
    for name, text, home in specs(given.tables.resolve()):
        for seed in range(1, given.seeds + 1):
            folder = given.cache / f"{name}-{seed}"
            folder.mkdir(parents=True, exist_ok=True)
            spec, patience = recut(text, home, folder, seed)
            (folder / "valid.mtl").write_text(spec)
            (folder / "test.mtl").write_text(spec.replace(SPLIT, SWAPPED))
            valid, report, losses = train(given.mtlc, folder / "valid.mtl", seed)
            test, other, same = train(given.mtlc, folder / "test.mtl", seed)
            assert losses == same, f"{folder}: not one training"
            skill, smooth, loss, _ = figures(valid, report)
            reached = figures(test, other)
            for stop in (None, patience):
                chosen = {rule: kept(scores, loss, stop) for rule, scores in rules(skill, smooth, loss).items()}
                if stop is None:
                    chosen["last"] = len(loss) - 1
                    assert chosen[PRESENT] + 1 == report["best_epoch"], f"{folder}: the program keeps another epoch"
                for rule, epoch in chosen.items():
                    row = [reached[place][epoch] for place in (0, 1, 3)]
                    results.setdefault((bool(stop), rule), {}).setdefault(name, []).append(row)
        print(name, "done", file=sys.stderr)
    for stop in (False, True):
        print("\nearly stopping" if stop else "\nall epochs")
        first = results[stop, "plain"]
        for rule in (rule for other, rule in results if other == stop):
            gains = {name: 100 * (np.array(rows) - np.array(first[name])) for name, rows in results[stop, rule].items()}
            mean = np.nanmean([gain.mean(0) for gain in gains.values()], axis=0)
            each = np.concatenate(list(gains.values()))
            error = lambda place: np.nanstd(each[:, place]) / np.isfinite(each[:, place]).sum() ** 0.5
            own = np.concatenate([np.array(rows) for rows in results[stop, PRESENT].values()])[:, 0]
            lead = 100 * (own - np.concatenate([np.array(rows) for rows in results[stop, rule].values()])[:, 0])
            cells = "  ".join(f"{mean[place]:+.2f} ± {error(place):.2f}" for place in range(3))
            by_table = " ".join(f"{name} {gain[:, 0].mean():+.1f}" for name, gain in gains.items())
            ahead = f"own rule {lead.mean():+.2f} ± {lead.std() / len(lead) ** 0.5:.2f}"
            print(f"{rule:34s} {cells}   {ahead}   {by_table}")


if __name__ == "__main__":
    main()
