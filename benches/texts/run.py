"""Whether a training step ever waits for its texts: tokens are made by all processors before the first step, and batches are put together on a thread ahead of the steps.

    cargo build --release; cargo bench --bench batches --no-run
    python benches/texts/run.py --mtlc target/release/mtlc --bench target/release/deps/batches-… [--texts 10000]

For each way to make tokens: how many texts a second are learnt from and tokenized, how long a step of a small model takes (`mtlc plan --profile`) and how long it takes to make a batch of 32,
and by how many of the steps of three epochs, for which all processors compute for as long as a step takes, a batch was waited for longer than a tenth of a millisecond, and how long in all.
"""

import argparse
import json
import pathlib
import random
import subprocess
import tempfile

SPEC = """use std.tasks.{{classification}}

data d: csv("texts.csv") {{ split {{ train: 100% }} columns {{ text: text, class: category }} }}

input text from d.text -> {steps} -> {vectors}
task class: classification from text{pool} {{ label: d.class }}

train {{ epochs: 1, batch: 32, seed: 1 }}
"""

WAYS = {
    "words": ("lowercase -> words", "embed(32)", " -> mean_pool"),
    "characters": ("characters(max: 512)", "embed(32)", " -> mean_pool"),
    "bpe(4000)": ("bpe(4000)", "embed(32)", " -> mean_pool"),
    "wordpiece(4000)": ("wordpiece(4000)", "embed(32)", " -> mean_pool"),
    "unigram(4000)": ("unigram(4000)", "embed(32)", " -> mean_pool"),
    "hash of n-grams": ("lowercase -> hash(65536, words: 2, characters_from: 3, characters_to: 5)", "embed_bag(32)", ""),
}


def write(folder, count):
    """Texts of twenty to a hundred made-up words, the nth most frequent of which is met n times less often than the first."""
    draw = random.Random(0)
    letters = "aeioubdfglmnprst"
    words = ["".join(draw.choices(letters, k=draw.randint(2, 9))) for _ in range(20_000)]
    shares = [1 / (rank + 1) for rank in range(len(words))]
    with open(folder / "texts.csv", "w") as file:
        file.write("text,class\n")
        for row in range(count):
            file.write(" ".join(draw.choices(words, shares, k=draw.randint(20, 100))) + f",{'ab'[row % 2]}\n")


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--mtlc", required=True)
    arguments.add_argument("--bench", required=True)
    arguments.add_argument("--texts", type=int, default=10_000)
    given = arguments.parse_args()
    print("| tokens | texts prepared in a second | a step, ms | a batch is made in, ms | steps held up | waited, ms |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write(folder, given.texts)
        spec, measured = folder / "d.mtl", folder / "measured.json"
        for way, (steps, vectors, pool) in WAYS.items():
            spec.write_text(SPEC.format(steps=steps, vectors=vectors, pool=pool))
            subprocess.run([given.mtlc, "plan", spec, "--profile", measured], check=True, capture_output=True)
            profile = json.loads(measured.read_text())
            step, batch = 1000 * profile["step"], 1000 * profile["batch"]
            said = subprocess.run([given.bench, spec, "32", f"{step:.3f}"], check=True, capture_output=True, text=True).stdout
            lines = dict(reversed([line.split(" ", 1) for line in said.splitlines()]))
            rows, seconds = lines["prepare"].split()
            held, waited = lines["waited"].split()
            steps_taken = 3 * -(-given.texts // 32)
            print(
                f"| {way} | {int(rows) / float(seconds):.0f} | {step:.2f} | {batch:.3f} | {held} of {steps_taken} | {1000 * float(waited):.1f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
