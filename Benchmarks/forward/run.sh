#!/usr/bin/env bash
# Times VGG16 in Lethe and its peers: forward with and without keeping what its 13 convolutions say,
# and training steps.
#
#   Benchmarks/forward/run.sh [FOLDER]
#       environment: THREADS=2 REPEATS=5 TURN_SECONDS=8 CONFIGURATIONS=logits:64:1,… PROGRAMS=MNN,…
#
# FOLDER (.build/bench/forward) keeps forward.csv, accuracy.csv and header.txt; PAGE=docs/performance.md
# writes the tables and the chart anew from them.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin forward "${1:-}" numpy torch onnx onnxruntime openvino MNN ncnn
peers matplotlib
product forward-bench
keep forward "$python" "$root/Benchmarks/forward/compare.py" "$built" "$folder"
page forward
