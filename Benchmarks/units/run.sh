#!/usr/bin/env bash
# Times questions about units and reading back beside PyTorch, NumPy and h5py.
#
#   Benchmarks/units/run.sh [LETHE [FOLDER]]
#       environment: THREADS=2 REPEATS=5 SIZE=64 PICTURES=1024 BATCH=32
#
# FOLDER (.build/bench/units) keeps units.csv; PAGE=docs/performance.md writes the table anew from it.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin units "${2:-}" numpy torch onnx h5py pillow
product store-bench
keep units "$python" "$root/Benchmarks/units/compare.py" "$(lethe "${1:-}")" "$built" "$folder"
page units
