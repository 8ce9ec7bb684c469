#!/usr/bin/env bash
# Times relevance of VGG16 (epsilon-plus-flat) here and in zennit.
#
#   Benchmarks/relevance/run.sh [FOLDER]        environment: THREADS=2 REPEATS=5
#
# FOLDER (.build/bench/relevance) keeps relevance.csv; PAGE=docs/performance.md writes the table anew.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin relevance "${1:-}" numpy torch zennit
product relevance-bench
keep relevance "$python" "$root/Benchmarks/relevance/compare.py" "$built"
page relevance
