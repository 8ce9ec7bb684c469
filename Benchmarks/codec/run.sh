#!/usr/bin/env bash
# Times writing and reading of whole maps by Lethe's codecs beside h5py's filters and blosc.
#
#   Benchmarks/codec/run.sh [LETHE [FOLDER]]    environment: THREADS=2 REPEATS=5 SIZE=224 PICTURES=4
#
# FOLDER (.build/bench/codec) keeps codec.csv; PAGE=docs/performance.md writes the table anew from it.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin codec "${2:-}" numpy onnx h5py hdf5plugin
product codec-bench
keep codec "$python" "$root/Benchmarks/codec/compare.py" "$(lethe "${1:-}")" "$built" "$folder"
page codec
