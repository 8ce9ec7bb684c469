#!/usr/bin/env bash
# Times the embedding of a concept: PyTorch with the published optimiser against Lethe's Newton
# steps, on the same arrays, with the same loss (weighted-bce) and the same λ. Prints one table.
#
#   Benchmarks/net2vec/run.sh             environment: REPEATS=3 PYTHON=python3
#
# PYTHON needs numpy and torch; if it lacks them, they go into Benchmarks/net2vec/.venv once.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
python=${PYTHON:-python3}
if ! "$python" -c 'import numpy, torch' 2>/dev/null; then
  python=$here/.venv/bin/python
  if ! "$python" -c 'import numpy, torch' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv "$here/.venv"
    "$python" -m pip install --quiet numpy torch >&2
  fi
fi
swift build --package-path "$root" -c release -Xswiftc -enable-testing --product lethe-bench >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/net2vec-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=2
pin=()
command -v taskset >/dev/null && [[ $(nproc) -ge 2 ]] && pin=(taskset -c 0,1)

cat >&2 <<EOF
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors, both on 2 of them
$(uname -sr), commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
EOF
"${pin[@]}" "$python" "$here/net2vec.py" --lethe "$root/.build/release/lethe-bench" \
  --repeats "${REPEATS:-3}" "$work"
