"""Holds a run's export against `mtlc predict`, in onnxruntime or in PyTorch: every answer of every test row, to 1e-5.

    mtlc export RUN --to onnx --out model.onnx --sample 1000000
    mtlc predict RUN --part test --out answers.csv
    python scripts/exported.py model.onnx answers.csv --data data.csv [--sample model.npz]

    mtlc export RUN --to pytorch --out model.py --sample 1000000
    python scripts/exported.py model.py answers.csv --sample model.npz [--train model.train.npz]

Of a task that writes, `model.TASK.onnx` is asked token by token (`--longest` of them, as `greedy(max: …)` says), and of one that tags, the best sequence of tags is found in
its scores. Columns of a table are read from the run's data as pandas or numpy reads them; what is prepared outside is read from the sample, and of PyTorch all of it. Needs onnx,
onnxruntime, numpy, pandas and pillow, or PyTorch and safetensors in the place of the first two. For answers of several data sets, `--of NAME` says which rows
are meant. Prints the largest difference of each task, relative to the size of its numbers where that is above one, and ends with 1 if one is above 1e-5 or a
text differs without a tie. With `--train` a module is trained on for two epochs, in which the loss of no task may become other than a number, and of a model that has
learnt little must fall.
"""

import argparse
import importlib.util
import json
import pathlib
import sys

import numpy
import pandas
from PIL import Image

MOST = 1e-5
# Of a map: where two classes are all but equally likely, the last bit decides.
PLACES = 1e-4


def columns_of(given):
    """The names in a description: between backticks."""
    return given.split("`")[1::2]


def feeds(model, session, rows, table, sample, leave=None):
    described = {value.name: value.doc_string for value in model.graph.input}
    found = {}
    for value in session.get_inputs():
        if value.name == leave:
            continue
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


class Output:
    def __init__(self, name):
        self.name = name


def written(session, given, task, vocabulary, end, longest):
    """Lets a task write: of each row the likeliest token after the other, each asked of the whole file."""
    rows = len(next(iter(given.values())))
    tokens, open_ = numpy.zeros((rows, 1), dtype=numpy.int64), numpy.ones(rows, dtype=bool)
    texts = [""] * rows
    for _ in range(longest):
        scores = session.run(None, given | {f"{task}.previous": tokens})[0][:, -1]
        # Nobody writes padding, nor what is not in the vocabulary.
        scores[:, :2] = -numpy.inf
        chosen = scores.argmax(axis=1)
        open_ &= chosen != end
        if not open_.any():
            break
        for row in numpy.flatnonzero(open_):
            texts[row] += vocabulary[chosen[row]]
        tokens = numpy.concatenate([tokens, chosen[:, None]], axis=1)
    return numpy.array(texts, dtype=object)


def tagged(scores, lengths, vocabulary):
    """The best sequence of tags of each row, by trying each tag behind each other one."""
    tags = len(vocabulary)
    texts = []
    for row, length in zip(scores.astype(numpy.float64), lengths):
        pairs = row[:length].reshape(length, tags, tags)
        best, through = pairs[0, 0].copy(), []
        best[:2] = -numpy.inf
        for step in pairs[1:]:
            all_ = best[:, None] + step
            through.append(all_.argmax(axis=0))
            best = all_.max(axis=0)
            best[:2] = -numpy.inf
        found = [int(best.argmax())] if length else []
        for chosen in reversed(through):
            found.append(int(chosen[found[-1]]))
        texts.append(" ".join(vocabulary[tag] for tag in reversed(found)))
    return numpy.array(texts, dtype=object)


def of_onnx(given, rows, table, sample):
    import onnx
    import onnxruntime

    model = onnx.load(given.model)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(given.model, providers=["CPUExecutionProvider"])
    known = {entry.key: entry.value for entry in model.metadata_props}
    vocabulary, ends = json.loads(known.get("vocabulary", "{}")), json.loads(known.get("end", "{}"))
    writes = [value.name.removesuffix(".previous") for value in session.get_inputs() if value.name.endswith(".previous")]
    if writes:
        inputs = feeds(model, session, rows, table, sample, leave=f"{writes[0]}.previous")
        text = written(session, inputs, writes[0], vocabulary[writes[0]], ends[writes[0]], given.longest)
        return [Output(writes[0])], [text]
    outputs, answers = session.get_outputs(), session.run(None, feeds(model, session, rows, table, sample))
    found = {output.name: answer for output, answer in zip(outputs, answers)}
    for task, texts in vocabulary.items():
        name = next(name for name in found if name.startswith(f"{task}.") and not name.endswith(".lengths"))
        if found[name].shape[-1] == len(texts) ** 2:
            outputs, answers = [*outputs, Output(task)], [*answers, tagged(found[name], found[f"{name}.lengths"], texts)]
    return outputs, answers


def of_pytorch(given):
    import torch

    spec = importlib.util.spec_from_file_location("exported", given.model)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model, rows = module.load(), module.load_rows(given.sample)
    model.eval()
    answers = model.predict(rows[given.of], given.of) if given.of else model.predict(rows)
    if given.train:
        trained_on(torch, module, model, module.load_rows(given.train))
    array = lambda values: numpy.array(values, dtype=object) if isinstance(values, list) else values.numpy()
    return [Output(name) for name in answers], [array(values) for values in answers.values()]


def trained_on(torch, module, model, rows):
    """Trains on for a little, and again from weights that have learnt nothing."""
    several = hasattr(module, "DATA")
    cut = lambda own: {name: values[:512] for name, values in own.items()}
    rows = {data: cut(own) for data, own in rows.items() if own} if several else cut(rows)

    def loss():
        model.eval()
        with torch.no_grad():
            found = {}
            for data, own in rows.items() if several else [(None, rows)]:
                found |= module.losses(model(own, data) if several else model(own), own)
        assert all(torch.isfinite(value) for value in found.values()), found
        return sum(module.WEIGHTS[task] * value for task, value in found.items()).item()

    before = loss()
    module.train(model, rows, 2)
    print(f"trained on: {before:.4f}, then {loss():.4f}")
    torch.manual_seed(1)
    for name, parameter in model.named_parameters():
        if parameter.requires_grad and parameter.ndim > 1:
            torch.nn.init.normal_(parameter, std=0.5 / parameter[0].numel() ** 0.5)
    before = loss()
    module.train(model, rows, 3)
    after = loss()
    print(f"from nothing: {before:.4f}, then {after:.4f}")
    assert after < before, "it does not learn"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("model")
    arguments.add_argument("answers")
    arguments.add_argument("--data")
    arguments.add_argument("--sample")
    arguments.add_argument("--train")
    arguments.add_argument("--of")
    arguments.add_argument("--delimiter", default=",")
    arguments.add_argument("--id")
    arguments.add_argument("--longest", type=int, default=24, help="of a task that writes, how many tokens its decoder lets it write")
    given = arguments.parse_args()
    folder = pathlib.Path(given.answers)
    table_of_answers = folder / "predictions.csv" if folder.is_dir() else folder
    answers = pandas.read_csv(table_of_answers, dtype=str, keep_default_na=False)
    if given.of:
        answers = answers[answers["data"] == given.of].reset_index(drop=True)
    is_module = given.model.endswith(".py")
    sample = numpy.load(given.sample) if given.sample and not is_module else None
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
    outputs = of_pytorch(given) if is_module else of_onnx(given, rows, table, sample)
    worst, compared = 0.0, 0
    for output, value in zip(*outputs):
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
