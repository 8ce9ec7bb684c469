#!/usr/bin/env bash
# Runs the benchmarks one after the other, and prints what Lethe sets out to reach and what was found.
#
#   Benchmarks/run.sh [PART …]        environment: PAGE=docs/performance.md, and that of each part
#
# A part is a folder of Benchmarks; none named: all of PARTS below. One that fails is said to, and the
# next one runs. What is measured stays under .build/bench, so that the last table also has the parts
# that an earlier run measured.
set -uo pipefail
root=$(realpath "$(dirname "$0")/..")
PARTS=(forward ingest units codec scale net2vec relevance stages)
[[ $# -gt 0 ]] || set -- "${PARTS[@]}"
[[ -z ${PAGE:-} ]] || export PAGE=$(realpath "$PAGE")
source "$root/Benchmarks/environment.sh"
[[ -x $python ]] || { echo "no Python in $environment: install python3-venv" >&2; exit 1; }
failed=()
for part in "$@"; do
  start=$SECONDS
  echo "== $part" >&2
  "$root/Benchmarks/$part/run.sh" >&2 || failed+=("$part")
  echo "== $part: $((SECONDS - start)) s" >&2
done
header numpy torch onnxruntime openvino MNN ncnn h5py zennit duckdb pandas 2>&1
echo
"$python" "$root/Benchmarks/goals.py" "$root/.build/bench" ${PAGE:+"$PAGE"} || failed+=(goals)
[[ ${#failed[@]} -eq 0 ]] || { echo "failed: ${failed[*]}" >&2; exit 1; }
