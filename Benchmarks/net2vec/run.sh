#!/usr/bin/env bash
# Times the embedding of a concept: PyTorch with the published optimiser against Lethe's Newton
# steps, on the same arrays, with the same loss (weighted-bce) and the same λ. Prints one table.
#
#   Benchmarks/net2vec/run.sh             environment: REPEATS=3
set -euo pipefail
here=$(dirname "$(realpath "$0")")
source "$here/../environment.sh"
peers numpy torch
swift build --package-path "$root" -c release -Xswiftc -enable-testing --product lethe-bench >&2
work=$(mktemp -d "${TMPDIR:-/tmp}/net2vec-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
header numpy torch
"${pin[@]}" "$python" "$here/net2vec.py" --lethe "$root/.build/release/lethe-bench" \
  --repeats "${REPEATS:-3}" "$work"
