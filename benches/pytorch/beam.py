"""Times beam search: `mtlc` and Hugging Face's `generate`, which keeps keys and values as well, with the same weights on the same texts.

    python benches/pytorch/beam.py --mtlc target/release/mtlc

Trains a small transformer with `mtlc` (an encoder and a decoder of three blocks, learnt positions) to write texts in upper case, and puts its weights into an
`MBartForConditionalGeneration`, whose blocks are the same. Then both answer:

- token by token the likeliest: the answers must be equal, letter by letter;
- by a beam of four: `mtlc`'s answers must be those of its rule (`docs/catalog/decoders.md`) spelt out here over the other model's logits. `generate` ends a search by another rule
  (a beginning that has ended leaves its place to the next likeliest one, and all rows of a batch go on until the last one has its answers), so that it is said how many of its answers are the same.

Times are taken in turn, a batch of 64 texts (`mtlc predict`, without what it needs to start) and text by text (`mtlc talk`): of the clock and of the processor, which a busy machine changes less.
"""

import argparse
import csv
import json
import os
import random
import resource
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import MBartConfig, MBartForConditionalGeneration

SPEC = """use std.blocks.{transformer_decoder, transformer_encoder}

data pairs: csv("ROWS.csv") {
  split { by: part, train: "train", valid: "valid", test: "test" }
  columns { source, target: text, part: category }
}

input letters from pairs.source -> characters(max: 60, shared: "letters") -> embed(WIDTH) -> positions(max: 64) -> layer_norm

shared read from letters -> repeat(LAYERS) { transformer_encoder(WIDTH, rate: 0) } -> layer_norm

task target from read {
  label:  pairs.target
  target: characters(max: 60, end: true, shared: "letters")
  head:   previous(target) -> embed(WIDTH) -> positions(max: 64) -> layer_norm
    -> repeat(LAYERS) { transformer_decoder(in, WIDTH, rate: 0) } -> layer_norm -> dense(label.vocabulary)
  loss:    cross_entropy
  predict: PREDICT -> inverse(target)
  metrics: [exact_match]
}

train { epochs: EPOCHS, batch: 64, optimizer: adam(lr: 1e-3), schedule: warmup(10%) -> cosine, clip: 1, seed: 1 }
"""
FROM = """
transfer {
  letters { init: "greedy", freeze: true }
  read    { init: "greedy", freeze: true }
  target  { init: "greedy", freeze: until(epoch: 1) }
}
"""
WIDTH, LAYERS, HEADS, MAX = 256, 3, 4, 60
BATCH = 64


def texts(count, seed):
    """Words of letters, twenty to forty letters together."""
    draw = random.Random(seed)
    word = lambda: "".join(draw.choice("abcdefghijklmnoprstuvw") for _ in range(draw.randint(2, 9)))
    return [" ".join(word() for _ in range(draw.randint(4, 6)))[:40] for _ in range(count)]


def table(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(rows[0])
        writer.writerows(rows[1:])


def processor(process=None):
    """Seconds of the processor: of a process that runs, or of those that have ended."""
    if process is None:
        return sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    ticks = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


class Mtlc:
    def __init__(self, program, folder, device, threads):
        self.program, self.folder, self.device = str(program.resolve()), folder, device
        self.environment = {**os.environ, "RAYON_NUM_THREADS": str(threads)}

    def run(self, *arguments):
        """Seconds of the clock and of the processor."""
        start, before = time.perf_counter(), processor()
        done = subprocess.run([self.program, *arguments, "--device", self.device], cwd=self.folder, capture_output=True, text=True, env=self.environment)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
        return time.perf_counter() - start, processor() - before

    def predict(self, run, name):
        times = self.run("predict", run, "--data", f"{name}.csv", "--out", f"{name}-out.csv", "--force")
        with open(self.folder / f"{name}-out.csv", newline="") as file:
            return times, [row["target"] for row in csv.DictReader(file)]

    def one_by_one(self, texts):
        """Answers line by line, and the seconds from the first answer on."""
        command = [self.program, "talk", "beam", "--device", self.device]
        pipe = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
        with subprocess.Popen(command, cwd=self.folder, env=self.environment, **pipe) as process:

            def ask(text):
                process.stdin.write(text + "\n")
                process.stdin.flush()
                return process.stdout.readline().rstrip("\n")

            ask(texts[0])
            start, before = time.perf_counter(), processor(process)
            found = [ask(text) for text in texts]
            times = time.perf_counter() - start, processor(process) - before
            process.stdin.close()
        return times, found


def searched(model, given, mask, end, width, most):
    """The rule of `mtlc`'s `beam` for one text, without a length penalty."""
    with torch.no_grad():
        memory = model.model.encoder(input_ids=given, attention_mask=mask).last_hidden_state
        open_, ended = [(0.0, [])], []
        while open_ and len(open_[0][1]) < most:
            written = torch.tensor([[0, *tokens] for _, tokens in open_])
            seen = {"encoder_hidden_states": memory.expand(len(open_), -1, -1), "encoder_attention_mask": mask.expand(len(open_), -1)}
            last = model.model.decoder(input_ids=written, use_cache=False, **seen).last_hidden_state[:, -1]
            logs = torch.log_softmax((model.lm_head(last) + model.final_logits_bias).double(), 1)
            logs[:, :2] = -torch.inf
            sums = logs + torch.tensor([[total] for total, _ in open_], dtype=torch.float64)
            best = torch.topk(sums.flatten(), width - len(ended))
            next_ = [(total, divmod(place, sums.shape[1])) for total, place in zip(best.values.tolist(), best.indices.tolist())]
            ended += [(total, open_[of][1]) for total, (of, token) in next_ if token == end]
            open_ = [(total, [*open_[of][1], token]) for total, (of, token) in next_ if token != end]
    return max(ended + open_, key=lambda one: one[0])[1]


def build(weights, vocabulary, end):
    config = MBartConfig(
        vocab_size=vocabulary, d_model=WIDTH, encoder_layers=LAYERS, decoder_layers=LAYERS, encoder_attention_heads=HEADS, decoder_attention_heads=HEADS,
        encoder_ffn_dim=4 * WIDTH, decoder_ffn_dim=4 * WIDTH, max_position_embeddings=64, activation_function="gelu", dropout=0.0, attention_dropout=0.0,
        activation_dropout=0.0, scale_embedding=False, pad_token_id=0, bos_token_id=0, eos_token_id=end, decoder_start_token_id=0, forced_eos_token_id=None,
        tie_word_embeddings=False,
    )
    model = MBartForConditionalGeneration(config).eval()
    used = set()

    def take(name):
        used.add(name)
        return weights[name]

    def linear(module, weight, bias):
        module.weight.data, module.bias.data = weight.T.contiguous(), bias.clone()

    def norm(module, path):
        module.weight.data, module.bias.data = take(f"{path}.weight").clone(), take(f"{path}.bias").clone()

    def attention(module, path):
        matrix, bias = take(f"{path}.weight_input"), take(f"{path}.bias_input")
        for part, name in enumerate(["q_proj", "k_proj", "v_proj"]):
            own = slice(part * WIDTH, (part + 1) * WIDTH)
            linear(getattr(module, name), matrix[:, own], bias[own])
        linear(module.out_proj, take(f"{path}.weight_output"), take(f"{path}.bias_output"))

    def across(module, path):
        linear(module.q_proj, take(f"{path}.weight_query"), take(f"{path}.bias_query"))
        matrix, bias = take(f"{path}.weight_memory"), take(f"{path}.bias_memory")
        linear(module.k_proj, matrix[:, :WIDTH], bias[:WIDTH])
        linear(module.v_proj, matrix[:, WIDTH:], bias[WIDTH:])
        linear(module.out_proj, take(f"{path}.weight_output"), take(f"{path}.bias_output"))

    def embeddings(side, path):
        side.embed_tokens = torch.nn.Embedding(vocabulary, WIDTH)
        table = take(f"{path}.embed.1.weight").clone()
        # What is padding (and with it the start) or unknown is looked up as the mean of the others and what was learnt of it.
        table[:2] += table[2:].mean(0)
        side.embed_tokens.weight.data = table
        # The table of mBART begins with two places that are none.
        side.embed_positions.weight.data[2:] = take(f"{path}.positions.1.weight")
        norm(side.layernorm_embedding, f"{path}.layer_norm.1")

    embeddings(model.model.encoder, "letters")
    embeddings(model.model.decoder, "target.head")
    for place, layer in enumerate(model.model.encoder.layers):
        path = f"read.transformer_encoder.{place + 1}"
        attention(layer.self_attn, f"{path}.seen.attention.1")
        norm(layer.self_attn_layer_norm, f"{path}.seen.layer_norm.1")
        norm(layer.final_layer_norm, f"{path}.layer_norm.1")
        for number, module in enumerate([layer.fc1, layer.fc2]):
            linear(module, take(f"{path}.dense.{number + 1}.weight"), take(f"{path}.dense.{number + 1}.bias"))
    norm(model.model.encoder.layer_norm, "read.layer_norm.1")
    for place, layer in enumerate(model.model.decoder.layers):
        path = f"target.head.transformer_decoder.{place + 1}"
        attention(layer.self_attn, f"{path}.past.attention.1")
        norm(layer.self_attn_layer_norm, f"{path}.past.layer_norm.1")
        across(layer.encoder_attn, f"{path}.seen.cross_attention.1")
        norm(layer.encoder_attn_layer_norm, f"{path}.seen.layer_norm.1")
        norm(layer.final_layer_norm, f"{path}.layer_norm.1")
        for number, module in enumerate([layer.fc1, layer.fc2]):
            linear(module, take(f"{path}.dense.{number + 1}.weight"), take(f"{path}.dense.{number + 1}.bias"))
    norm(model.model.decoder.layer_norm, "target.head.layer_norm.2")
    model.lm_head.weight.data = take("target.head.dense.1.weight").T.contiguous()
    model.final_logits_bias = take("target.head.dense.1.bias")[None].clone()
    assert used == set(weights), f"not taken: {sorted(set(weights) - used)}"
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mtlc", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=320)
    parser.add_argument("--single", type=int, default=24, help="texts that are answered one by one")
    parser.add_argument("--checked", type=int, default=32, help="texts whose beams are searched by the rule")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--train", type=int, default=1600, help="rows that the weights are learnt from")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--device", default="flex")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--keep", type=Path, help="a folder for the run, which is trained if it is not there")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    with tempfile.TemporaryDirectory() as folder:
        measure(args, args.keep or Path(folder))


def train(mtlc, folder, name, predict, args):
    """The run that learns, and then one with its weights that answers otherwise."""
    learns = name == "greedy"
    parts = ["train"] * (args.train if learns else BATCH) + ["valid"] * 32 + ["test"] * 32
    rows = [[text, text.upper(), part] for text, part in zip(texts(len(parts), 1), parts)]
    table(folder / f"{name}.csv", [["source", "target", "part"], *rows])
    spec = SPEC + ("" if learns else FROM)
    for word, value in {"WIDTH": WIDTH, "LAYERS": LAYERS, "EPOCHS": args.epochs if learns else 1, "ROWS": name, "PREDICT": predict}.items():
        spec = spec.replace(word, str(value))
    (folder / f"{name}.mtl").write_text(spec)
    mtlc.run("run", f"{name}.mtl", "--out", name, "-q")


def measure(args, folder):
    mtlc = Mtlc(args.mtlc, folder, args.device, args.threads)
    folder.mkdir(exist_ok=True)
    if not (folder / "greedy/report.json").exists():
        train(mtlc, folder, "greedy", "greedy(max: 60)", args)
    if not (folder / "beam/report.json").exists():
        train(mtlc, folder, "beam", "beam(width: 4, max: 60, length_penalty: 0)", args)
    asked = texts(args.rows, 2)
    table(folder / "all.csv", [["source"], *([text] for text in asked)])
    table(folder / "few.csv", [["source"], *([text] for text in asked[:BATCH])])

    kept = vocabulary_of(folder / "greedy")
    # Behind padding and what is unknown; the mark of the end comes last.
    tokens = {character: place + 2 for place, character in enumerate(kept)}
    end = len(kept) + 2
    model = build(load_file(folder / "beam/model.safetensors"), end + 1, end)
    spell = lambda line: "".join(kept[token - 2] for token in line if 2 <= token < end)

    def padded(batch):
        lines = [[tokens.get(character, 1) for character in text] for text in batch]
        longest = max(map(len, lines))
        given = torch.tensor([line + [0] * (longest - len(line)) for line in lines])
        return given, (given != 0).long()

    def generate(batch, beams):
        given, mask = padded(batch)
        with torch.no_grad():
            found = model.generate(
                input_ids=given, attention_mask=mask, num_beams=beams, max_new_tokens=MAX, do_sample=False, suppress_tokens=[0, 1], use_cache=True,
                **({"early_stopping": True, "length_penalty": 0.0} if beams > 1 else {}),
            )
        return [spell(line) for line in found.tolist()]

    def in_batches(texts, size, beams=4):
        start, before = time.perf_counter(), time.process_time()
        found = [answer for first in range(0, len(texts), size) for answer in generate(texts[first : first + size], beams)]
        return (time.perf_counter() - start, time.process_time() - before), found

    _, ours = mtlc.predict("greedy", "all")
    same(f"greedy, {len(ours)} answers", ours, in_batches(asked, BATCH, 1)[1])
    _, ours = mtlc.predict("beam", "few")
    by_rule = [spell(searched(model, *padded([text]), end, 4, MAX)) for text in asked[: args.checked]]
    same(f"a beam of four by its rule, {len(by_rule)} answers", ours, by_rule)

    times = {name: [] for name in [("mtlc", BATCH), ("generate", BATCH), ("mtlc", 1), ("generate", 1)]}
    single = asked[: args.single]
    in_batches(asked[:BATCH], BATCH)
    for _ in range(args.turns):
        few = [min(of) for of in zip(*(mtlc.predict("beam", "few")[0] for _ in range(2)))]
        all_rows, ours = mtlc.predict("beam", "all")
        times["mtlc", BATCH].append([(whole - start) / (args.rows - BATCH) for whole, start in zip(all_rows, few)])
        taken, theirs = in_batches(asked, BATCH)
        times["generate", BATCH].append([one / args.rows for one in taken])
        taken, alone = mtlc.one_by_one(single)
        times["mtlc", 1].append([one / args.single for one in taken])
        taken, _ = in_batches(single, 1)
        times["generate", 1].append([one / args.single for one in taken])
    assert alone == ours[: args.single], "an answer does not depend on who is answered beside it"
    same(f"a beam of four, as generate's, {len(ours)} answers", ours, theirs)
    print(f"letters of an answer: mtlc {statistics.mean(map(len, ours)):.1f}, generate {statistics.mean(map(len, theirs)):.1f}; right: {share(ours, [text.upper() for text in asked])}")
    print(f"{args.threads} threads, ms an answer        clock  processor")
    median = lambda name, place: 1000 * statistics.median(of[place] for of in times[name])
    for size in [BATCH, 1]:
        for name in ["mtlc", "generate"]:
            print(f"batch of {size:2}, {name:10}      {median((name, size), 0):10.2f} {median((name, size), 1):10.2f}")
        ratios = [median(("generate", size), place) / median(("mtlc", size), place) for place in range(2)]
        print(f"ratio (above 1: mtlc is faster) {ratios[0]:4.2f} {ratios[1]:10.2f}")


def share(found, expected):
    return f"{sum(one == other for one, other in zip(found, expected))} of {len(expected)}"


def same(what, ours, theirs):
    print(f"{what}: {share(ours, theirs)} are the same", flush=True)
    for one, other in [pair for pair in zip(ours, theirs) if pair[0] != pair[1]][:3]:
        print(f"  mtlc  {one}\n  other {other}")


def vocabulary_of(run):
    """The characters, in order."""
    kept = json.loads((run / "preprocessing.json").read_text())
    return list(kept["inputs"]["letters"][0]["state"])


main()
