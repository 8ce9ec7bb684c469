#!/usr/bin/env bash
# Times whole ingests of VGG16 beside PyTorch's hooks with h5py, and beside the bare network.
#
#   Benchmarks/ingest/run.sh [LETHE [FOLDER]]    environment: THREADS=2 REPEATS=3 SIZES=64:256:32,224:48:8
#
# FOLDER (.build/bench/ingest) keeps ingest.csv; PAGE=docs/performance.md writes the table anew from it.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin ingest "${2:-}" numpy torch onnx h5py pillow
product forward-bench
keep ingest "$python" "$root/Benchmarks/ingest/compare.py" "$(lethe "${1:-}")" "$built" "$folder"
page ingest
