#!/usr/bin/env bash
# Trains a spec on several machines under Slurm, and goes on where the job before it ended:
#
#     sbatch examples/slurm.sh pipelines/penguins.mtl /shared/runs/penguins
#
# `mtlc` is built with `--features mpi` on the MPI that the cluster has; spec, data and run directory lie in a folder that all machines share.
#SBATCH --job-name=mtlc
#SBATCH --nodes=4
#SBATCH --ntasks-per-node=8
#SBATCH --cpus-per-task=2
#SBATCH --time=04:00:00
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=mtlc-%j.log
# Two minutes before its time is up every rank is asked to end: the run stops behind a step, and is whole.
#SBATCH --signal=TERM@120
set -euo pipefail
spec=${1:?which spec}
out=${2:?which run directory}

# A rank computes on the cores that it was given.
export RAYON_NUM_THREADS=${SLURM_CPUS_PER_TASK:-1}
# Where tables too large for memory lie: on each machine once, for all of its ranks.
export MTLC_CACHE=${MTLC_CACHE:-/tmp/mtlc-$USER}

if [ -e "$out/report.json" ]; then
  echo "the run in $out is finished"
elif [ -e "$out/run.json" ]; then
  srun --mpi=pmix mtlc run --resume "$out"
else
  srun --mpi=pmix mtlc run "$spec" --out "$out"
fi
