"""Whole processes, from the start to the report: `mtlc run pipelines/digits.mtl` beside the same in PyTorch and in Keras, in turn.

    python benches/pytorch/digits.py --mtlc target/release/mtlc

All read the same table, split it alike, train the same net for as many epochs with the figures of the validation part after each, and say
accuracies of the test part at the end. Needs numpy, pandas, scikit-learn and torch; Keras, on top of torch, where it is installed.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

TABLE = pathlib.Path(__file__).resolve().parents[2] / "pipelines/data/digits.csv.gz"


def parts():
    import pandas
    from sklearn.model_selection import train_test_split

    table = pandas.read_csv(TABLE)
    x = (table[[f"p{place:02}" for place in range(64)]].to_numpy("float32") / 16).reshape(-1, 1, 8, 8)
    digit, closed = table["digit"].to_numpy("int64"), (table["closed"] == "yes").to_numpy("int64")
    train, rest = train_test_split(range(len(x)), test_size=0.3, stratify=digit, random_state=42)
    valid, test = train_test_split(rest, test_size=0.5, stratify=digit[rest], random_state=42)
    return [(x[part], digit[part], closed[part]) for part in (train, valid, test)]


def by_torch(epochs):
    import torch
    from torch import nn
    from torch.nn import functional

    train, valid, test = ([torch.from_numpy(of) for of in part] for part in parts())
    torch.manual_seed(42)
    trunk = nn.Sequential(
        nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Dropout(0.3), nn.Linear(1024, 128), nn.ReLU(), nn.Dropout(0.3),
    )
    digit, closed = nn.Linear(128, 10), nn.Linear(128, 1)
    every = nn.ModuleList([trunk, digit, closed])
    optimizer = torch.optim.AdamW(every.parameters(), lr=2e-3, weight_decay=1e-2)
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*train), 64, shuffle=True)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, epochs * len(loader))

    def judged(part):
        every.eval()
        with torch.no_grad():
            shared = trunk(part[0])
            right = (digit(shared).argmax(1) == part[1]).float().mean(), ((closed(shared)[:, 0] > 0) == part[2]).float().mean()
        every.train()
        return [float(share) for share in right]

    for _ in range(epochs):
        for x, of_digit, of_closed in loader:
            shared = trunk(x)
            loss = 0.6 * functional.cross_entropy(digit(shared), of_digit)
            loss = loss + 0.4 * functional.binary_cross_entropy_with_logits(closed(shared)[:, 0], of_closed.float())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            schedule.step()
        judged(valid)
    print(*(f"{share:.3f}" for share in judged(test)))


def by_keras(epochs):
    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    from keras import layers

    keras.utils.set_random_seed(42)
    train, valid, test = ((x.transpose(0, 2, 3, 1), {"digit": digit, "closed": closed}) for x, digit, closed in parts())
    picture = keras.Input((8, 8, 1))
    x = picture
    for layer in [
        layers.Conv2D(32, 3, padding="same", activation="relu"), layers.Conv2D(64, 3, padding="same", activation="relu"),
        layers.MaxPooling2D(2), layers.Flatten(), layers.Dropout(0.3), layers.Dense(128, activation="relu"), layers.Dropout(0.3),
    ]:
        x = layer(x)
    heads = {"digit": layers.Dense(10, name="digit")(x), "closed": layers.Dense(1, name="closed")(x)}
    model = keras.Model(picture, heads)
    rate = keras.optimizers.schedules.CosineDecay(2e-3, epochs * (len(train[0]) // 64 + 1))
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=1e-2),
        loss={
            "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            "closed": keras.losses.BinaryCrossentropy(from_logits=True),
        },
        loss_weights={"digit": 0.6, "closed": 0.4},
        metrics={"digit": "sparse_categorical_accuracy", "closed": keras.metrics.BinaryAccuracy(threshold=0.0)},
    )
    model.fit(*train, batch_size=64, epochs=epochs, validation_data=valid, verbose=0)
    print({name: round(float(value), 3) for name, value in model.evaluate(*test, verbose=0, return_dict=True).items()})


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", default="target/release/mtlc")
    arguments.add_argument("--epochs", type=int, default=20)
    arguments.add_argument("--turns", type=int, default=3)
    arguments.add_argument("--alone", choices=["torch", "keras"], help="one of the others, in this process")
    given = arguments.parse_args()
    if given.alone:
        return {"torch": by_torch, "keras": by_keras}[given.alone](given.epochs)
    own = str(pathlib.Path(given.mtlc).resolve())
    spec = str(TABLE.parents[1] / "digits.mtl")
    commands = {"mtlc": None}
    for name in ["torch", "keras"]:
        if subprocess.run([sys.executable, "-c", f"import {name}"], capture_output=True, env={**os.environ, "KERAS_BACKEND": "torch"}).returncode == 0:
            commands[name] = [sys.executable, __file__, "--alone", name, "--epochs", str(given.epochs)]
    best = {}
    for _ in range(given.turns):
        for name, command in commands.items():
            with tempfile.TemporaryDirectory() as folder:
                run = [own, "run", spec, "--epochs", str(given.epochs), "--out", f"{folder}/run", "-q"]
                start = time.perf_counter()
                done = subprocess.run(command or run, capture_output=True, text=True)
                passed = time.perf_counter() - start
            if done.returncode != 0:
                sys.exit(done.stdout + done.stderr)
            best[name] = min(best.get(name, passed), passed)
    print(f"{given.epochs} epochs, the best of {given.turns} turns\n\n| whole process | seconds | times mtlc |\n| --- | ---: | ---: |")
    for name, seconds in best.items():
        print(f"| {name} | {seconds:.2f} | {seconds / best['mtlc']:.2f} |")


if __name__ == "__main__":
    main()
