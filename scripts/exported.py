"""Holds a run's export against `mtlc predict`, in onnxruntime or in PyTorch: every answer of every test row, to 1e-5.

    mtlc export RUN --to onnx --out model.onnx --sample 1000000
    mtlc predict RUN --part test --out answers.csv
    python scripts/exported.py model.onnx answers.csv --data data.csv [--sample model.npz]

    mtlc export RUN --to pytorch --out model.py --sample 1000000
    python scripts/exported.py model.py answers.csv --sample model.npz [--report RUN/report.json] [--train model.train.npz]

Of a task that writes, `model.TASK.onnx` is asked token by token, and what is decoded outside, such as boxes, is decoded by `decoders.py`. Columns of a table are read
from the run's data as pandas or numpy reads them (`--picture` and `--text` name those that pictures and texts lie in, of which boxes and parts are); what is prepared outside is read from
the sample, and of PyTorch all of it. Needs onnx, onnxruntime, numpy, scipy, pandas and pillow, or PyTorch and safetensors in the place of the first two. For answers of several data
sets, `--of NAME` says which rows are meant. Prints the largest difference of each task, relative to the size of its numbers where that is above one, and ends with 1 if one is above
1e-5 or a text differs without a tie. With `--report` the losses of a module on the test part are held against those of the run as well. With `--train` it is trained on for
two epochs, in which the loss of no task may become other than a number, and of a model that has learnt little must fall.
"""

import argparse
import importlib.util
import io
import json
import pathlib
import re
import sys

import numpy
import pandas
from PIL import Image

import decoders

MOST = 1e-5
# Of a map: where two classes are all but equally likely, the last bit decides.
PLACES = 1e-4
# Things that are so nearly as sure as each other may stand in any order.
TIED = 1e-7


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
        elif isinstance(cells[names[0]].iloc[0], numpy.ndarray):
            found[value.name] = numpy.array([flat(cell) for cell in cells[names[0]]]).reshape([len(rows), *value.shape[1:]])
        else:
            array = numpy.stack([pandas.to_numeric(cells[name]).to_numpy() for name in names], axis=1)
            found[value.name] = array.astype(numpy.float64)
    return found


def flat(cell):
    """The numbers of an array of arrays."""
    return numpy.concatenate([flat(one) for one in cell]) if cell.dtype == object else cell.astype(numpy.float64)


def joined(known, task, tokens):
    """The text of some tokens: pieces of words have their spaces themselves, and bytes nothing between them."""
    texts, between = [known["vocabulary"][task][token] for token in tokens], known["between"].get(task, "")
    return "".join(texts).removeprefix(" ") if between is None else between.join(texts)


def written(session, given, task, known, longest, width=1, penalty=0.0):
    """Lets a task write: of each row so many beginnings go on, each with its likeliest tokens, all asked of the whole file, until as many have ended."""
    given = {name: numpy.repeat(values, width, axis=0) for name, values in given.items()}
    rows, end = len(next(iter(given.values()))) // width, known["end"][task]
    tokens = numpy.zeros((rows, width, 1), dtype=numpy.int64)
    # At first there is one beginning, and the others are none.
    sums = numpy.full((rows, width), -numpy.inf)
    sums[:, 0] = 0
    ended = [[] for _ in range(rows)]
    for place in range(1, longest + 1):
        scores = session.run(None, given | {f"{task}.previous": tokens.reshape(rows * width, -1)})[0][:, -1].astype(numpy.float64)
        scores -= numpy.logaddexp.reduce(scores, axis=1, keepdims=True)
        # Nobody writes padding, nor what is not in the vocabulary.
        scores[:, :2] = -numpy.inf
        all_ = (sums[:, :, None] + scores.reshape(rows, width, -1)).reshape(rows, -1)
        best = numpy.argsort(-all_, axis=1, kind="stable")[:, :width]
        sums, chosen = numpy.take_along_axis(all_, best, axis=1), best % scores.shape[1]
        tokens = numpy.take_along_axis(tokens, (best // scores.shape[1])[:, :, None], axis=1)
        tokens = numpy.concatenate([tokens, chosen[:, :, None]], axis=2)
        for row, answers in enumerate(ended):
            sums[row, width - len(answers) :] = -numpy.inf
            for at in numpy.flatnonzero(numpy.isfinite(sums[row]) & ((chosen[row] == end) | (place == longest))):
                own = tokens[row, at, 1:].tolist()
                own = own[:-1] if own[-1] == end else own
                answers.append((sums[row, at] / ((5 + place) / 6) ** penalty, own))
                sums[row, at] = -numpy.inf
        if not numpy.isfinite(sums).any():
            break
    best = [max(answers, key=lambda answer: answer[0])[1] for answers in ended]
    return numpy.array([joined(known, task, own) for own in best], dtype=object)


def tagged(scores, lengths, known, task, by):
    """Of each row the tags at its places: the likeliest each, or those that score best together, by trying each tag behind each other one; of symbols along it, these."""
    tags = len(known["vocabulary"][task])
    texts = []
    for row, length in zip(scores.astype(numpy.float64), lengths):
        if by.startswith("argmax"):
            found = row[:length, 2:].argmax(axis=1) + 2
        elif by.startswith("ctc"):
            best = row[:length].argmax(axis=1)
            found = [symbol for symbol, before in zip(best, [0, *best]) if symbol != before and symbol > 1]
        else:
            found = best_sequence(row[:length].reshape(length, tags, tags))
        texts.append(joined(known, task, found))
    return numpy.array(texts, dtype=object)


def best_sequence(pairs):
    if len(pairs) == 0:
        return []
    best, through = pairs[0, 0].copy(), []
    best[:2] = -numpy.inf
    for step in pairs[1:]:
        all_ = best[:, None] + step
        through.append(all_.argmax(axis=0))
        best = all_.max(axis=0)
        best[:2] = -numpy.inf
    found = [int(best.argmax())]
    for chosen in reversed(through):
        found.append(int(chosen[found[-1]]))
    return found[::-1]


def of_onnx(given, rows, table, sample):
    import onnx
    import onnxruntime

    model = onnx.load(given.model)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(given.model, providers=["CPUExecutionProvider"])
    texts = {entry.key: entry.value for entry in model.metadata_props}
    known = {key: json.loads(texts.get(key, "{}")) for key in ["classes", "vocabulary", "between", "end"]}
    outside = dict(line.split(": ", 1) for line in texts.get("decoded outside", "").splitlines())
    writes = [value.name.removesuffix(".previous") for value in session.get_inputs() if value.name.endswith(".previous")]
    if writes:
        name, told = told_of(outside[writes[0]].split(" -> ")[0])
        if name not in ["greedy", "beam"] or "after" in told:
            print(f"{writes[0]}: `{name}` is not tried here")
            return None
        inputs = feeds(model, session, rows, table, sample, leave=f"{writes[0]}.previous")
        more = [told.get("width", 1), told.get("length_penalty", 0.0)]
        return {writes[0]: written(session, inputs, writes[0], known, told["max"], *more)}
    inputs = feeds(model, session, rows, table, sample)
    found = dict(zip((output.name for output in session.get_outputs()), session.run(None, inputs)))
    for task, by in outside.items():
        names = [name for name in found if name.startswith(f"{task}.") and not name.endswith(".lengths")]
        if len(names) == 1:
            decoded = decoded_outside(given, task, by, found.get(f"{names[0]}.lengths"), found[names[0]], known, rows, table, inputs)
            if decoded is not None:
                found[task] = decoded
                del found[names[0]]
    return found


def told_of(decoder):
    """The name of a decoder, and what it is told: shares as numbers."""
    name, told = decoder.split("(", 1) if "(" in decoder else (decoder, "")
    told = dict(part.split(": ") for part in told.removesuffix(")").split(", ") if part)
    number = lambda text: float(text[:-1]) / 100 if text.endswith("%") else int(text) if text.isdigit() else float(text)
    return name, {key: number(text) for key, text in told.items() if text[0].isdigit()}


def decoded_outside(given, task, by, lengths, scores, known, rows, table, inputs):
    """What is left to whoever asks; None if that is not tried here."""
    if task in known["vocabulary"]:
        if by.startswith("ctc") and "beam: 1" not in by:
            return None
        lengths = [scores.shape[1]] * len(scores) if lengths is None else lengths
        return tagged(scores, lengths, known, task, by)
    name, told = told_of(by)
    told = {key + "_" * (key in ["overlap", "around"]): value for key, value in told.items()}
    scores = scores.astype(numpy.float64)
    if name == "best_span":
        return numpy.array([part_of(given, table, row, decoders.best_span(own[:length], **told)) for row, own, length in zip(rows, scores, lengths)], dtype=object)
    if name == "nearest":
        return Ranked(scores, inputs, f"{task}.answer")
    if name in ["peaks", "grouping", "heat_maps", "associate"]:
        decode, classes = getattr(decoders, name), known["classes"][task]
        sizes = [size_of(table[given.picture].iloc[row]) for row in rows]
        return [decode(own, size, classes, **told) for own, size in zip(scores, sizes)]
    return None


def part_of(given, table, row, ends):
    """Words, or letters, from one place to another."""
    text = table[given.text].iloc[row]
    pieces = list(re.finditer(r"\w+|[^\w\s]" if given.words else ".", text))
    return text[pieces[ends[0]].start() : pieces[ends[1]].end()]


def size_of(picture):
    """Height and width of a picture, or of a clip."""
    with Image.open(io.BytesIO(picture)) as picture:
        return picture.height, picture.width


class Ranked:
    """Queries and answers side by side: the rank of the best right answer among the different ones of all rows. Right are those of all rows that ask the same."""

    def __init__(self, both, inputs, answer):
        queries, answers = numpy.split(both, 2, axis=1)
        unit = lambda rows: rows / numpy.linalg.norm(rows, axis=1, keepdims=True)
        same = lambda rows: numpy.unique(rows, axis=0, return_index=True, return_inverse=True)
        _, first, own = same(inputs[answer])
        asked = numpy.concatenate([values.reshape(len(both), -1) for name, values in inputs.items() if not name.startswith(answer)], axis=1)
        _, _, asked = same(asked)
        scores = unit(queries) @ unit(answers)[first].T
        right = numpy.zeros(scores.shape, dtype=bool)
        for row in range(len(both)):
            right[row, own[asked == asked[row]]] = True
        best = numpy.where(right, scores, -numpy.inf).max(axis=1, keepdims=True)
        self.ranks = 1 + ((scores >= best) & ~right).sum(axis=1)


def of_pytorch(given):
    import torch

    spec = importlib.util.spec_from_file_location("exported", given.model)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model, rows = module.load(), module.load_rows(given.sample)
    model.eval()
    answers = model.predict(rows[given.of], given.of) if given.of else model.predict(rows)
    losses = of_losses(torch, module, model, rows, given) if given.report else []
    if given.train:
        trained_on(torch, module, model, module.load_rows(given.train))
    array = lambda values: numpy.array(values, dtype=object) if isinstance(values, list) else values.numpy()
    return {name: array(values) for name, values in answers.items()}, losses


def of_losses(torch, module, model, rows, given):
    """How far each loss of the test rows is from that which the run tells."""
    report = json.loads(pathlib.Path(given.report).read_text())["tasks"]
    own, more = (rows[given.of], (given.of,)) if given.of else (rows, ())
    count, apart = len(next(iter(own.values()))), []
    with torch.no_grad():
        cuts = [{name: values[start : start + 256] for name, values in own.items()} for start in range(0, count, 256)]
        parts = [model(cut, *more) for cut in cuts]
        outputs = {name: torch.cat([part[name] for part in parts]) for name in parts[0]}
        found = module.losses(outputs, own)
    for task, loss in found.items():
        told = report[task]["test"]
        if given.of and sum(any(name.startswith(f"{task}.") for name in of_set) for of_set in rows.values()) > 1:
            print(f"{task}: its loss is over several data sets, and not compared")
            continue
        differs = abs(loss.item() - told["loss"]) / max(1.0, abs(told["loss"]))
        print(f"{task}: a loss of {loss.item():.6f}, which differs by {differs:.1e}")
        apart.append(differs)
    return apart


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


def differences(found, told):
    """How far the numbers of things that were found are from those of the answers, and how many rows have other things."""
    apart, others = 0.0, 0
    for one, other in zip(found, told):
        if isinstance(one, dict):
            one, other = [{"bbox": numbers, "class": name} for name, numbers in one.items()], [{"bbox": other[name], "class": name} for name in one]
        one, other = ([sorted_(row) for row in (one, other)] if any("track" in row for row in one) else (one, other))
        named = lambda rows: [[row.get(key) for key in ("frame", "track", "class")] for row in rows]
        if named(one) != named(other) or any(mask_of(row) != mask_of(theirs) for row, theirs in zip(one, other)):
            others += 1
            continue
        numbers = lambda thing: numpy.array([*thing["bbox"], thing.get("score", 0.0)], dtype=float)
        far = lambda ours, theirs: float((numpy.abs(ours - theirs) / numpy.maximum(1.0, numpy.abs(theirs))).max())
        left = [(row["class"], numbers(row)) for row in one]
        for theirs in other:
            # Of things that are equally sure the order is by the last bit.
            say = numbers(theirs)
            tied = [at for at, (kind, ours) in enumerate(left) if kind == theirs["class"] and abs(ours[-1] - say[-1]) < TIED]
            at = min(tied or [0], key=lambda at: far(left[at][1], say))
            apart = max(apart, far(left.pop(at)[1], say))
    return apart, others


def sorted_(rows):
    return sorted(rows, key=lambda row: (row["frame"], row["track"]))


def mask_of(row):
    """Its pixels as bytes, column by column, of a thing that has some."""
    if "mask" in row:
        return row["mask"].T.tobytes()
    if "segmentation" in row:
        counts = row["segmentation"]["counts"]
        return numpy.repeat(numpy.arange(len(counts)) % 2 == 1, counts).tobytes()
    return None


def read(given):
    if given.data.endswith(".parquet"):
        return pandas.read_parquet(given.data)
    return pandas.read_csv(given.data, sep=given.delimiter, dtype=str)


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
    arguments.add_argument("--report", help="of the run, to hold losses against")
    arguments.add_argument("--picture", default="picture", help="the column of pictures in which boxes are found")
    arguments.add_argument("--text", default="text", help="the column of texts of which parts are found")
    arguments.add_argument("--words", action="store_true", help="texts are cut into words, and not into letters")
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
        table = numpy.load(given.data) if arrays else read(given)
        if given.id:
            place = {str(key): row for row, key in enumerate(table[given.id])}
            rows = [place[key] for key in answers[given.id]]
        else:
            rows = [int(row) - 1 for row in answers["row"]]
    worst, compared = 0.0, 0
    if is_module:
        found, losses = of_pytorch(given)
        # Of a head whose maps others make boxes of there is nothing else to compare.
        worst, compared = max(losses, default=0.0), len(losses)
    else:
        found = of_onnx(given, rows, table, sample)
        if found is None:
            return 0
    for name, value in found.items():
        task, _, part = name.partition(".")
        if isinstance(value, Ranked):
            differ = int((value.ranks != answers[f"{task}.rank"].astype(int)).sum())
            print(f"{name}: {differ} of {len(answers)} ranks differ")
            worst = max(worst, float(differ > 0))
            compared += 1
            continue
        if isinstance(value, list):
            apart, others = differences(value, [json.loads(cell) for cell in answers[task]])
            print(f"{name}: {others} of {len(value)} rows have other things, and numbers differ by {apart:.1e} at most")
            worst = max(worst, apart, float(others > 0))
            compared += 1
            continue
        if value.dtype == object:
            # A letter of which a token is a part stands in no vocabulary.
            whole = numpy.array(["\ufffd" not in text for text in value])
            differ = int((value != answers[task].to_numpy())[whole].sum())
            print(f"{name}: {differ} of {whole.sum()} texts differ" + ("" if whole.all() else f", and {(~whole).sum()} have letters of several tokens"))
            worst = max(worst, float(differ > 0))
            compared += 1
            continue
        if part == "" and value.dtype == numpy.int64 and folder.is_dir():
            maps = numpy.stack([numpy.asarray(Image.open(folder / path)) for path in answers[task]])
            differ = (maps != value).mean()
            print(f"{name}: {differ:.1e} of the places differ, {value.shape}")
            worst = max(worst, float(differ > PLACES))
            compared += 1
            continue
        own = [column for column in answers.columns if column.startswith(f"{task}.")]
        if part in ("probabilities", "probability"):
            expected = answers[own].astype(float).to_numpy()
        elif part == "" and task in answers.columns and value.ndim == 1:
            expected = answers[task].astype(float).to_numpy()
        elif part == "" and own:
            expected = answers[own].astype(float).to_numpy()
        else:
            if part.rpartition(".")[2] != "lengths":
                print(f"{name} {value.shape}: nothing to compare with")
            continue
        expected = expected.reshape(value.shape)
        difference = numpy.abs(value - expected) / numpy.maximum(1.0, numpy.abs(expected))
        print(f"{name}: {difference.max():.1e} at most, {value.shape}")
        worst = max(worst, float(difference.max()))
        compared += 1
    if compared == 0:
        print("nothing was compared")
        return 1
    return int(worst > MOST)


sys.exit(main())
