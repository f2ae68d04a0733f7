"""What scripts/tree-sitter holds the grammar for editors against: `mtlc` itself, on every spec of the repository.

Specs are the `.mtl` files, the examples of the docs, and those of the pages of codes; then each of the sound ones with a token
taken out, doubled, or changed for another. Of each, tree-sitter's tree has an error exactly where `mtlc check` says that something
cannot be read. Run in the folder of the grammar.
"""

import argparse
import json
import pathlib
import random
import re
import subprocess
import sys

# Codes of what cannot be read, but for what only `mtlc` counts: how deep brackets nest.
UNREADABLE = {
    "unexpected-character", "unclosed-string", "bad-escape", "bad-number", "unmatched-bracket", "unknown-declaration",
    "missing-name", "malformed-declaration", "malformed-use", "malformed-entry", "missing-value", "malformed-value",
    "mixed-chain",
}
TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*|->|\.\.|[<>=!]=|[\w]+(?:\.\d+)?[%x]?|\n|[^\w\s]')
# How many of each sound spec are damaged, and which share of these must be judged alike: words such as `map` and `if` are names where
# nothing else makes sense, which few texts need.
DAMAGED = 4
LEAST = 0.995


def fenced(text, comment):
    """The examples of language `mtl` in a page, or in the comments of a source file."""
    lines = (line.strip() for line in text.splitlines())
    lines = [line.removeprefix("///").removeprefix(" ") for line in lines if line.startswith("///")] if comment else text.splitlines()
    found, open_ = [], None
    for line in lines:
        if open_ is None and re.match(r"\s*```mtl\b", line):
            open_ = []
        elif open_ is not None and line.strip() == "```":
            found.append("\n".join(open_) + "\n")
            open_ = None
        elif open_ is not None:
            open_.append(line)
    return found


def specs(repository):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=repository, check=True, capture_output=True, text=True)
    for name in sorted(listed.stdout.splitlines()):
        path = repository / name
        if not path.is_file():
            continue
        if name.endswith(".mtl"):
            yield name, path.read_bytes().decode("utf-8", "surrogateescape")
        elif name.endswith(".md"):
            for index, text in enumerate(fenced(path.read_text(), False)):
                yield f"{name} ({index})", text
        elif name.startswith("src/") and name.endswith(".rs"):
            for index, text in enumerate(fenced(path.read_text(), True)):
                yield f"{name} ({index})", text


def damaged(text, draw):
    """The text with a token less, twice, or with another of its tokens in its place."""
    tokens = [match.span() for match in TOKEN.finditer(text) if not match.group().startswith("//")]
    if len(tokens) < 3:
        return None
    start, end = draw.choice(tokens)
    other = text[slice(*draw.choice(tokens))]
    return draw.choice([
        text[:start] + text[end:],
        text[:end] + " " + text[start:end] + text[end:],
        text[:start] + other + text[end:],
        text[:start] + "\n" + text[start:],
    ])


def of_mtlc(program, folder):
    told = subprocess.run([program, "check", "--format", "json", "."], cwd=folder, capture_output=True, text=True)
    found = {}
    for one in json.loads(told.stdout)["diagnostics"]:
        if one["code"] in UNREADABLE and one["severity"] == "error":
            found.setdefault(pathlib.Path(one["file"]).name, f'{one["line"]}:{one["column"]} {one["message"]}')
    deep = {pathlib.Path(one["file"]).name for one in json.loads(told.stdout)["diagnostics"] if one["code"] == "too-complex"}
    return found, deep


def of_tree_sitter(program, folder):
    paths = folder.parent / "paths"
    paths.write_text("".join(f"{path}\n" for path in sorted(folder.glob("*.mtl"))))
    told = subprocess.run([program, "parse", "--quiet", "--paths", str(paths)], capture_output=True, text=True)
    found = {}
    for line in told.stdout.splitlines():
        match = re.match(r"(\S+\.mtl)\s.*?(\((?:ERROR|MISSING).*)", line)
        if match:
            found[pathlib.Path(match.group(1)).name] = match.group(2)
    if told.returncode not in (0, 1) or (told.returncode == 1) != bool(found):
        sys.exit(f"{program} ended with {told.returncode}: {told.stderr[:2000]}")
    return found


def judged(arguments, name, texts):
    """For each text what either says of it, in order."""
    folder = arguments.folder / name
    folder.mkdir()
    for index, text in enumerate(texts):
        (folder / f"{index}.mtl").write_bytes(text.encode("utf-8", "surrogateescape"))
    ours, deep = of_mtlc(arguments.mtlc, folder)
    theirs = of_tree_sitter(arguments.tree_sitter, folder)
    keys = [f"{index}.mtl" for index in range(len(texts))]
    return [(ours.get(key), theirs.get(key), key in deep) for key in keys]


def main():
    parser = argparse.ArgumentParser()
    for name in ["--repository", "--mtlc", "--tree-sitter", "--folder"]:
        parser.add_argument(name, type=pathlib.Path, required=True)
    parser.add_argument("--show", type=int, default=20)
    arguments = parser.parse_args()
    found = list(specs(arguments.repository))
    assert len(found) > 700, f"only {len(found)} specs were found"
    wrong, sound, broken = [], [], 0
    for (name, text), (ours, theirs, deep) in zip(found, judged(arguments, "whole", [text for _, text in found]), strict=True):
        broken += ours is not None
        if deep:
            continue
        if (ours is None) != (theirs is None):
            wrong.append(f"{name}: mtlc: {ours or 'can be read'}; tree-sitter: {theirs or 'can be read'}")
        elif ours is None:
            sound.append((name, text))
    print(f"{len(found)} specs, of which {broken} cannot be read: {len(wrong)} judged otherwise by tree-sitter")
    draw = random.Random(20261127)
    cases = [(name, changed) for name, text in sound for _ in range(DAMAGED) if (changed := damaged(text, draw))]
    apart = []
    for (name, text), (ours, theirs, deep) in zip(cases, judged(arguments, "damaged", [text for _, text in cases]), strict=True):
        if (ours is None) != (theirs is None) and not deep:
            apart.append((name, text, ours, theirs))
    share = 1 - len(apart) / len(cases)
    print(f"{len(cases)} specs with one token changed: {share:.2%} judged as by mtlc")
    for line in wrong[: arguments.show]:
        print(f"WRONG {line}")
    for name, _, ours, theirs in apart[: arguments.show]:
        print(f"{name}, damaged: mtlc: {ours or 'can be read'}; tree-sitter: {theirs or 'can be read'}")
    sys.exit(1 if wrong or share < LEAST else 0)

if __name__ == "__main__":
    main()
