#!/usr/bin/env bash
# Times writing and reading of whole maps by Lethe's codecs beside h5py's filters and blosc.
#
#   Benchmarks/codec/run.sh [LETHE [FOLDER]]    environment: THREADS=2 REPEATS=5 SIZE=224 PICTURES=4
#
# FOLDER (.build/bench/codec) keeps codec.csv; PAGE=docs/performance.md writes the table anew from it.
set -euo pipefail
lethe=$(realpath "${1:-.build/release/lethe}")
source "$(dirname "$0")/../environment.sh"
folder=$(realpath -m "${2:-$root/.build/bench/codec}")
mkdir -p "$folder"
bench=${CODEC_BENCH:-$root/.build/release/codec-bench}
[[ -n ${CODEC_BENCH:-} ]] \
  || swift build --package-path "$root" -c release -Xswiftc -enable-testing --product codec-bench >&2
packages=(numpy onnx h5py hdf5plugin)
peers "${packages[@]}"
header "${packages[@]}" 2>"$folder/header.txt"
cat "$folder/header.txt" >&2
"${pin[@]}" "$python" "$root/Benchmarks/codec/compare.py" "$lethe" "$bench" "$folder" \
  | tee "$folder/codec.csv"
[[ -z ${PAGE:-} ]] || "$python" "$root/Benchmarks/codec/report.py" "$folder" "$PAGE"
