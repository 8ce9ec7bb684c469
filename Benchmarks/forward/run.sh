#!/usr/bin/env bash
# Builds forward-bench, installs its peers, and times VGG16 in all of them: forward with and without
# keeping what its 13 convolutions say, and training steps.
#
#   Benchmarks/forward/run.sh [FOLDER]
#       environment: THREADS=2 REPEATS=5 TURN_SECONDS=8 CONFIGURATIONS=logits:64:1,… PROGRAMS=MNN,…
#
# FOLDER (.build/bench/forward) gets forward.csv, accuracy.csv and header.txt; the tables and the
# chart of docs/performance.md are written anew from them with PAGE=docs/performance.md.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
folder=$(realpath -m "${1:-$root/.build/bench/forward}")
mkdir -p "$folder"
swift build --package-path "$root" -c release -Xswiftc -enable-testing --product forward-bench >&2
packages=(numpy torch onnx onnxruntime openvino MNN ncnn)
peers "${packages[@]}" matplotlib
header "${packages[@]}" 2>"$folder/header.txt"
cat "$folder/header.txt" >&2
"${pin[@]}" "$python" "$root/Benchmarks/forward/compare.py" "$root/.build/release/forward-bench" \
  "$folder" | tee "$folder/forward.csv"
[[ -z ${PAGE:-} ]] || "$python" "$root/Benchmarks/forward/report.py" "$folder" "$PAGE"
