#!/usr/bin/env bash
# Times the embedding of a concept: PyTorch with the published optimiser against Lethe's Newton
# steps, on the same arrays, with the same loss (weighted-bce) and the same λ.
#
#   Benchmarks/net2vec/run.sh [FOLDER]        environment: REPEATS=3
#
# FOLDER (.build/bench/net2vec) keeps net2vec.csv; PAGE=docs/performance.md writes the table anew.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin net2vec "${1:-}" numpy torch
product lethe-bench
keep net2vec "$python" "$root/Benchmarks/net2vec/net2vec.py" "$built"
page net2vec
