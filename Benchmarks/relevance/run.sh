#!/usr/bin/env bash
# Builds relevance-bench, makes an environment with PyTorch and zennit, and prints the comparison.
#
#   Benchmarks/relevance/run.sh >relevance.csv        environment: THREADS=2 REPEATS=5
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
swift build --package-path "$root" -c release -Xswiftc -enable-testing --product relevance-bench >&2
peers numpy torch zennit
header torch zennit
"${pin[@]}" "$python" "$root/Benchmarks/relevance/compare.py" "$root/.build/release/relevance-bench"
