#!/usr/bin/env bash
# Times the commands of a small study, and counts what variants of a ladder share.
#
#   Benchmarks/stages/run.sh [LETHE [FOLDER]]        environment: REPEATS=5
#
# FOLDER (.build/bench/stages) keeps stages.csv; PAGE=docs/performance.md writes the table anew from it.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin stages "${2:-}"
keep stages "$python" "$root/Benchmarks/stages/measure.py" "$(lethe "${1:-}")" "$folder"
page stages
