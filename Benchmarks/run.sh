#!/usr/bin/env bash
# Times the stages of a small study: the median and the range of REPEATS runs each, as CSV.
#
#   Benchmarks/run.sh [LETHE] >times.csv        environment: REPEATS=5
set -euo pipefail
lethe=$(realpath "${1:-.build/release/lethe}")
repeats=${REPEATS:-5}
export OPENBLAS_NUM_THREADS=1
work=$(mktemp -d "${TMPDIR:-/tmp}/lethe-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

cat >&2 <<EOF
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors
$(uname -sr), $("$lethe" --version), commit $(git rev-parse --short HEAD 2>/dev/null || echo unknown)
EOF

run() { "$lethe" -q -w "$work/warehouse" "$@" >/dev/null; }

# Times "${@:3}" after the preparation $2; prints stage, median, least and most seconds.
measure() {
  local stage=$1 prepare=$2 times=() start
  shift 2
  # The first run warms the caches and is not counted.
  for ((number = 0; number <= repeats; number++)); do
    $prepare
    start=$(date +%s%N)
    run "$@"
    [[ $number -eq 0 ]] || times+=($(($(date +%s%N) - start)))
  done
  printf '%s\n' "${times[@]}" | sort -n | awk -v stage="$stage" '
    { t[NR] = $1 / 1e9 }
    END { printf "%s,%.3f,%.3f,%.3f,%d\n", stage, t[int((NR + 1) / 2)], t[1], t[NR], NR }'
}

nothing() { :; }
no_faces() { rm -rf "$work/timed"; }
no_warehouse() { rm -rf "$work/warehouse"; }
only_models() { rm -rf "$work/warehouse" && cp -r "$work/models" "$work/warehouse"; }

echo 'stage,median_s,least_s,most_s,runs'
measure faces-200-of-64px no_faces faces "$work/timed" --people 10 --per-person 20 --threads 1
for set in emotion pain; do
  run faces "$work/$set" --set "$set" --people 12 --per-person 10
done
measure dataset-add-120 no_warehouse dataset add emotion "$work/emotion"
run dataset add pain "$work/pain"
run ladder --width 0.125 --dense 64 --epochs-emotion 1 --epochs-pain 1 --epochs-head 1
cp -r "$work/warehouse" "$work/models"
measure ingest-13-variants-240 only_models ingest
measure ingest-again nothing ingest
measure sql nothing sql 'SELECT model, avg(correct) FROM predictions GROUP BY 1'
measure score nothing score
measure flips nothing flips emotion emotion-after-pain-b1
measure verify nothing verify
