#!/usr/bin/env bash
# Times whole ingests of VGG16 beside PyTorch's hooks with h5py.
#
#   Benchmarks/ingest/run.sh [LETHE [FOLDER]]    environment: THREADS=2 REPEATS=3 SIZES=64:256:32,224:48:8
#
# FOLDER (.build/bench/ingest) keeps ingest.csv; PAGE=docs/performance.md writes the table anew from it.
set -euo pipefail
lethe=$(realpath "${1:-.build/release/lethe}")
source "$(dirname "$0")/../environment.sh"
folder=$(realpath -m "${2:-$root/.build/bench/ingest}")
mkdir -p "$folder"
packages=(numpy torch onnx h5py pillow)
peers "${packages[@]}"
header "${packages[@]}" 2>"$folder/header.txt"
cat "$folder/header.txt" >&2
"${pin[@]}" "$python" "$root/Benchmarks/ingest/compare.py" "$lethe" "$folder" | tee "$folder/ingest.csv"
[[ -z ${PAGE:-} ]] || "$python" "$root/Benchmarks/ingest/report.py" "$folder" "$PAGE"
