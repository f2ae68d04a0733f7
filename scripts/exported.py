"""Holds a run's export against `mtlc predict`, in onnxruntime: every answer of every test row, to 1e-5.

    mtlc export RUN --to onnx --out model.onnx --sample 1000000
    mtlc predict RUN --part test --out answers.csv
    python scripts/exported.py model.onnx answers.csv --data data.csv [--sample model.npz]

Columns of a table are read from the run's data as pandas or numpy reads them; what is prepared outside is read from the sample. Needs onnx, onnxruntime,
numpy, pandas and pillow. For answers of several data sets, `--of NAME` says which rows are meant. Prints the largest difference of each task, relative to
the size of its numbers where that is above one, and ends with 1 if one is above 1e-5 or a text differs without a tie.
"""

import argparse
import pathlib
import sys

import numpy
import onnx
import onnxruntime
import pandas
from PIL import Image

MOST = 1e-5
# Of a map: where two classes are all but equally likely, the last bit decides.
PLACES = 1e-4


def columns_of(given):
    """The names in a description: between backticks."""
    return given.split("`")[1::2]


def feeds(model, session, rows, table, sample):
    described = {value.name: value.doc_string for value in model.graph.input}
    found = {}
    for value in session.get_inputs():
        if sample is not None and value.name in sample:
            array = sample[value.name]
            found[value.name] = array.astype(bool) if value.type == "tensor(bool)" else array
            continue
        names = columns_of(described[value.name])
        if not isinstance(table, pandas.DataFrame):
            whole = numpy.concatenate([table[name].reshape(len(table[name]), -1) for name in names], axis=1)
            found[value.name] = whole[rows].astype(numpy.float64).reshape([len(rows), *value.shape[1:]])
            continue
        cells = table.iloc[rows]
        if value.type == "tensor(string)":
            array = numpy.stack([cells[name].fillna("").astype(str).to_numpy() for name in names], axis=1).astype(object)
            found[value.name] = array if len(value.shape) > 1 else array[:, 0]
        else:
            array = numpy.stack([pandas.to_numeric(cells[name]).to_numpy() for name in names], axis=1)
            found[value.name] = array.astype(numpy.float64)
    return found


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model")
    arguments.add_argument("answers")
    arguments.add_argument("--data")
    arguments.add_argument("--sample")
    arguments.add_argument("--of")
    arguments.add_argument("--delimiter", default=",")
    arguments.add_argument("--id")
    given = arguments.parse_args()
    model = onnx.load(given.model)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(given.model, providers=["CPUExecutionProvider"])
    folder = pathlib.Path(given.answers)
    table_of_answers = folder / "predictions.csv" if folder.is_dir() else folder
    answers = pandas.read_csv(table_of_answers, dtype=str, keep_default_na=False)
    if given.of:
        answers = answers[answers["data"] == given.of].reset_index(drop=True)
    sample = numpy.load(given.sample) if given.sample else None
    table = None
    rows = []
    if given.data:
        arrays = given.data.endswith(".npz")
        table = numpy.load(given.data) if arrays else pandas.read_csv(given.data, sep=given.delimiter, dtype=str)
        if given.id:
            place = {key: row for row, key in enumerate(table[given.id])}
            rows = [place[key] for key in answers[given.id]]
        else:
            rows = [int(row) - 1 for row in answers["row"]]
    outputs = session.run(None, feeds(model, session, rows, table, sample))
    worst, compared = 0.0, 0
    for output, value in zip(session.get_outputs(), outputs):
        task, _, part = output.name.partition(".")
        if value.dtype == object:
            differ = int((value != answers[task].to_numpy()).sum())
            print(f"{output.name}: {differ} of {len(value)} texts differ")
            worst = max(worst, float(differ > 0))
            compared += 1
            continue
        if part == "" and value.dtype == numpy.int64 and folder.is_dir():
            maps = numpy.stack([numpy.asarray(Image.open(folder / path)) for path in answers[task]])
            differ = (maps != value).mean()
            print(f"{output.name}: {differ:.1e} of the places differ, {value.shape}")
            worst = max(worst, float(differ > PLACES))
            compared += 1
            continue
        own = [name for name in answers.columns if name.startswith(f"{task}.")]
        if part in ("probabilities", "probability"):
            expected = answers[own].astype(float).to_numpy()
        elif part == "" and task in answers.columns and value.ndim == 1:
            expected = answers[task].astype(float).to_numpy()
        elif part == "" and own:
            expected = answers[own].astype(float).to_numpy()
        else:
            print(f"{output.name} {value.shape}: nothing to compare with")
            continue
        expected = expected.reshape(value.shape)
        difference = numpy.abs(value - expected) / numpy.maximum(1.0, numpy.abs(expected))
        print(f"{output.name}: {difference.max():.1e} at most, {value.shape}")
        worst = max(worst, float(difference.max()))
        compared += 1
    if compared == 0:
        print("nothing was compared")
        return 1
    return int(worst > MOST)


sys.exit(main())
