"""The plainest spec of a table: numbers in standard units, a small trunk, all tasks in one model."""

import re

import pandas as pd


def name(column):
    return column if re.fullmatch(r"[A-Za-z_]\w*", column) else re.sub(r"\W", "_", column)


def spec(path, table, tasks):
    numbers = lambda column: pd.api.types.is_numeric_dtype(table[column]) and tasks.get(column, "number") == "number"
    columns = [column for column in table.columns if column != "part"]
    kinds = {column: "number" if numbers(column) else "category" for column in columns}
    lines = ["use std.tasks.{binary, classification, regression}", "", f'data t: csv("{path}") {{',
             '  split { by: part, train: "train", valid: "valid", test: "test" }', "  columns {", "    part: category"]
    for column, kind in kinds.items():
        rename = "" if name(column) == column else f' as "{column}"'
        lines.append(f"    {name(column)}: {kind}{rename}")
    lines += ["  }", "}", ""]
    values = []
    read = [column for column in columns if kinds[column] == "number" and column not in tasks]
    if read:
        impute = "impute(median) -> " if table[read].isna().any().any() else ""
        lines.append(f"input numbers from t[{', '.join(map(name, read))}] -> {impute}standardize")
        values.append("numbers")
    for column in [column for column in columns if kinds[column] == "category" and column not in tasks]:
        width = min(16, max(2, -(-table[column].nunique() // 2)))
        lines.append(f"input {name(column)}_in from t.{name(column)} -> embed({width})")
        values.append(f"{name(column)}_in")
    source = values[0] if len(values) == 1 else f"concat({', '.join(values)})"
    lines.append(f"shared trunk from {source} -> dense(64) -> relu -> dropout(0.1) -> dense(32) -> relu")
    for task, kind in tasks.items():
        template = {"number": "regression", "classes": "classification"}.get(kind, f'binary(positive: "{kind}")')
        select = "" if kind in ("number", "classes") else ", select: auroc"
        lines.append(f"task {name(task)}_task: {template} from trunk {{ label: t.{name(task)}{select} }}")
    lines.append("train {\n  epochs: 100\n  batch: 32\n  optimizer: adamw(lr: 3e-3, weight_decay: 1e-2)\n"
                 "  schedule: warmup(5%) -> cosine\n  stop: early(patience: 15)\n}")
    return "\n".join(lines) + "\n"
