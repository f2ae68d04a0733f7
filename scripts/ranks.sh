# shellcheck shell=bash
# What scripts that train with several processes have in common: where, how they are started, and how two runs are held against each other.
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit
root=$PWD
data=$root/pipelines/data
scratch=$(mktemp -d)
# More ranks than cores, by the administrator too: this is a test. What OpenMPI is told by flags otherwise, so that MPICH understands the same commands.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_btl_vader_single_copy_mechanism=none

say() { printf '== %s\n' "$*"; }
fail() { printf '!! %s\n' "$*"; [ ! -f "$scratch/log" ] || cat "$scratch/log"; exit 1; }
ranks() { local count=$1; shift; timeout --kill-after=10 300 mpirun -n "$count" "$@"; }
# What must fail, does within a time, and says something.
fails() {  # what it says, command …
  local words=$1 code=0; shift
  timeout --kill-after=10 60 "$@" > "$scratch/log" 2>&1 || code=$?
  [ "$code" != 0 ] || fail "this should have failed: $*"
  [ "$code" != 124 ] || fail "this hangs: $*"
  grep -qE "$words" "$scratch/log" || fail "this should have said '$words': $*"
  printf '   %s\n' "$(grep -E "$words" "$scratch/log" | head -n 1)"
}
# The furthest that two models are apart, and the figures of two reports; how far they may be is given.
alike() {
  python3 - "$@" <<'PY'
import json, struct, sys
from pathlib import Path
one, other, far = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])

def tensors(path):
    bytes_ = path.read_bytes()
    length = struct.unpack("<Q", bytes_[:8])[0]
    head = json.loads(bytes_[8:8 + length])
    for name, about in head.items():
        if name != "__metadata__":
            start, end = about["data_offsets"]
            own = bytes_[8 + length + start:8 + length + end]
            yield name, struct.unpack(f"<{len(own) // 4}f", own)

def figures(of):
    if isinstance(of, dict):
        for key, value in of.items():
            # Of how long it took, and of when.
            if key not in ("seconds", "examples_per_second", "started", "finished", "conflicts"):
                yield from ((f"{key}.{rest}", number) for rest, number in figures(value))
    elif isinstance(of, (int, float)) and not isinstance(of, bool):
        yield "", of

left, right = dict(tensors(one / "model.safetensors")), dict(tensors(other / "model.safetensors"))
assert left.keys() == right.keys() and left
furthest = max(abs(a - b) for name in left for a, b in zip(left[name], right[name]))
tasks = [dict(figures(json.loads((run / "report.json").read_text())["tasks"])) for run in (one, other)]
assert tasks[0].keys() == tasks[1].keys() and tasks[0]
apart = max(abs(tasks[0][name] - tasks[1][name]) / max(1.0, abs(tasks[0][name])) for name in tasks[0])
print(f"   weights at most {furthest:.1e} apart, figures {apart:.1e}")
assert furthest <= far and apart <= 10 * far, "too far"
PY
}

spec() {  # name, trunk, weights, train
  cat > "$scratch/$1.mtl" <<MTL
use std.tasks.{classification, binary, regression}
data penguins: csv("$data/penguins.csv") {
  split { train: 70%, valid: 15%, test: 15%, stratify: species }
  columns { species: category, island: category, bill_length_mm: number, bill_depth_mm: number
            flipper_length_mm: number, body_mass_g: number, sex: category("female", "male") }
}
input body from penguins[bill_length_mm, bill_depth_mm, flipper_length_mm] -> impute(median) -> standardize
input island from penguins.island -> embed(4)
shared trunk from concat(body, island) -> $2
task species: classification from trunk { label: penguins.species }
task sex: binary(positive: "male") from trunk { label: penguins.sex }
task mass: regression from trunk { label: penguins.body_mass_g }
weights $3 { species: 0.5, sex: 0.3, mass: 0.2 }
train { $4, seed: 42 }
MTL
}
# What specs of several scripts have.
# shellcheck disable=SC2034
trunk='dense(32) -> relu -> dropout(0.2) -> dense(16) -> relu'
# shellcheck disable=SC2034
sgd='batch: 32, optimizer: sgd(lr: 0.05, momentum: 0.9), clip: 1'
