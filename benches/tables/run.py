#!/usr/bin/env python3
"""Trains `mtlc` and scikit-learn on public tables, with the same parts, and writes the figures into docs/tables.md.

    python3 -m venv venv && venv/bin/python benches/tables/run.py --install   # once: what requirements.txt names
    cargo build --release && venv/bin/python benches/tables/run.py            # all tables, three seeds

`--table NAME` (repeatable) runs some of the tables, `--mtlc PATH` another program, `--seeds N` fewer or more seeds,
`--cache DIR` keeps tables and runs elsewhere than in the working folder's `target/tables`. What has been computed is kept in
`results.json` there; `--again` computes it anew. Only a run of all tables rewrites the page."""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "tables.md"
START, END = "<!-- figures: written by benches/tables/run.py -->\n", "<!-- end of figures -->\n"


def install():
    pip = [sys.executable, "-m", "pip", "install", "-q"]
    subprocess.run([*pip, "-r", str(HERE / "requirements.txt")], check=True)
    alone = re.findall(r"^# no-deps: (\S+)$", (HERE / "requirements.txt").read_text(), re.M)
    subprocess.run([*pip, "--no-deps", *alone], check=True)


def train(program, spec, out, seed):
    """The report of a run and its seconds."""
    subprocess.run(["rm", "-rf", str(out)], check=True)
    start = time.perf_counter()
    command = [program, "run", str(spec), "--out", str(out), "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
    return json.loads((out / "report.json").read_text()), time.perf_counter() - start


def figure(report, task, kind):
    # A task may have a name of its own where another thing has the column's.
    of = next(value for value in report["tasks"].values() if value["label"].split(".")[-1] == task)
    return of["test"]["rmse" if kind == "number" else "accuracy" if kind == "classes" else "auroc"]


def specs(program, name, table, tasks, cache):
    """The plainest spec of a table, and what `mtlc init` writes for it."""
    import plain

    own, written = cache / f"{name}-plain.mtl", cache / f"{name}-init.mtl"
    own.write_text(plain.spec(cache / f"{name}.csv", table, tasks))
    command = [program, "init", str(cache / f"{name}.csv"), "--tasks", ",".join(tasks), "--out", str(written), "--force"]
    subprocess.run(command, check=True, capture_output=True)
    return {"plain": own, "init": written}


def compute(program, cache, names, seeds, again):
    import others
    import tables

    kept = cache / "results.json"
    results = json.loads(kept.read_text()) if kept.exists() and not again else {}
    for name in names:
        table, tasks = tables.prepare(name, cache)
        for seed in range(seeds):
            key = f"{name} {seed}"
            if key in results:
                continue
            start = time.perf_counter()
            scores = others.run(table, tasks, seed)
            seconds = {"scikit-learn": time.perf_counter() - start}
            for method, spec in specs(program, name, table, tasks, cache).items():
                report, seconds[method] = train(program, spec, cache / "runs" / f"{name}-{method}-{seed}", seed)
                for task, kind in tasks.items():
                    scores[task][method] = figure(report, task, kind)
            results[key] = {"rows": len(table), "scores": scores, "seconds": seconds}
            kept.write_text(json.dumps(results, indent=1))
            print(key, {method: f"{took:.1f} s" for method, took in seconds.items()}, flush=True)
    return results


METHODS = ["plain", "init", "MLP", "forest", "boosting", "PLS"]
OURS = 2


def page(results, seeds):
    """The table of figures, in Markdown. A method that was not run on a table leaves its cell empty."""
    import tables

    lines = ["| table | rows | task | judged by | " + " | ".join(METHODS) + " |", "|" + " --- |" * (4 + len(METHODS))]
    counts = {(own, other): [0, 0, 0] for own in METHODS[:OURS] for other in METHODS[OURS:]}
    for name, (_, tasks) in tables.TABLES.items():
        runs = [results[key] for seed in range(seeds) if (key := f"{name} {seed}") in results]
        for task, kind in tasks.items():
            metric = "RMSE" if kind == "number" else "accuracy" if kind == "classes" else "AUROC"
            means, cells = {}, {}
            for method in METHODS:
                values = [run["scores"][task][method] for run in runs if method in run["scores"].get(task, {})]
                if values:
                    mean, spread = statistics.mean(values), statistics.stdev(values) if len(values) > 1 else 0.0
                    means[method] = mean
                    cells[method] = f"{mean:.4g} ± {spread:.1g}" if kind == "number" else f"{mean:.3f} ± {spread:.3f}"
            best = (min if kind == "number" else max)(means.values())
            shown = [f"**{cells[one]}**" if means.get(one) == best else cells.get(one, "") for one in METHODS]
            for own, other in counts:
                if own in means and other in means:
                    # Level: within one percent of the error, or of what is missing to 1.
                    left, right = (means[one] if kind == "number" else 1 - means[one] for one in (own, other))
                    gap = (right - left) / max(right, 1e-9)
                    counts[own, other][0 if gap > 0.01 else 2 if gap < -0.01 else 1] += 1
            lines.append(f"| {name} | {runs[0]['rows']} | {task} | {metric} | " + " | ".join(shown) + " |")
    lines.append("")
    for (own, other), (better, level, worse) in counts.items():
        if better + level + worse:
            lines.append(f"- `{own}` against {other}: better on {better}, level (within 1% of the error) on {level}, worse on {worse}.")
    return "\n".join(lines) + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--install", action="store_true")
    options.add_argument("--mtlc", default=str(ROOT / "target" / "release" / "mtlc"))
    options.add_argument("--cache", type=pathlib.Path, default=ROOT / "target" / "tables")
    options.add_argument("--table", action="append")
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--again", action="store_true")
    given = options.parse_args()
    if given.install:
        return install()
    sys.path.insert(0, str(HERE))
    import tables

    given.cache.mkdir(parents=True, exist_ok=True)
    results = compute(given.mtlc, given.cache, given.table or list(tables.TABLES), given.seeds, given.again)
    if not given.table:
        figures = page(results, given.seeds)
        text = PAGE.read_text()
        before, rest = text.split(START)
        PAGE.write_text(before + START + "\n" + figures + "\n" + END + rest.split(END)[1])


if __name__ == "__main__":
    main()
