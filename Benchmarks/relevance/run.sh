#!/usr/bin/env bash
# Builds relevance-bench, makes an environment with PyTorch and zennit, and prints the comparison.
#
#   Benchmarks/relevance/run.sh >relevance.csv        environment: THREADS=2 REPEATS=5 PYTHON=python3
set -euo pipefail
cd "$(dirname "$0")/../.."
swift build -c release -Xswiftc -enable-testing --product relevance-bench >&2
environment=.build/relevance-bench-venv
if [[ ! -x $environment/bin/python ]]; then
  "${PYTHON:-python3}" -m venv "$environment"
  "$environment/bin/pip" install --quiet torch zennit numpy >&2
fi
cat >&2 <<EOF
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors, ${THREADS:-2} threads
$("$environment/bin/pip" list 2>/dev/null | awk '/^(torch|zennit) / { print $1, $2 }' | paste -sd,), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)
EOF
export OPENBLAS_NUM_THREADS=1
"$environment/bin/python" Benchmarks/relevance/compare.py .build/release/relevance-bench
