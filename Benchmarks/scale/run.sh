#!/usr/bin/env bash
# Asks large warehouses of samples × 13 variants, beside DuckDB and pandas.
#
#   Benchmarks/scale/run.sh [LETHE [FOLDER]]        environment: SCALE=300000 REPEATS=3 KEEP=
#
# SCALE is the size of the largest warehouse (100,000 if nothing is said); the others are those of
# 10,000 and 100,000 samples that are smaller. Of 300,000 samples they take 7 GB under FOLDER
# (.build/bench/scale) and go at the end, unless KEEP is set. FOLDER keeps scale.csv, plans.txt and
# sharing.csv, what the variants of the ladder share; PAGE=docs/performance.md writes its tables anew.
set -euo pipefail
source "$(dirname "$0")/../environment.sh"
begin scale "${2:-}" numpy h5py pandas duckdb
lethe=$(lethe "${1:-}")
largest=${SCALE:-100000}
sizes=()
for samples in 10000 100000; do [[ $samples -ge $largest ]] || sizes+=("$samples"); done
sizes+=("$largest")
work=$folder/warehouses
[[ -n ${KEEP:-} ]] || trap 'rm -rf "$work"' EXIT
if [[ ! -d $work/base ]]; then
  # A ladder of full width that has seen next to nothing: its answers are drawn anyway.
  rm -rf "$work"
  mkdir -p "$work"
  for set in emotion pain; do
    "$lethe" -q faces "$work/faces-$set" --set "$set" --people 8 --per-person 6 >&2
    "$lethe" -q -w "$work/partial" dataset add "$set" "$work/faces-$set" >&2
  done
  "$lethe" -q -w "$work/partial" ladder --arch vgg16 --width 1 --dense 64 --epochs-emotion 1 \
    --epochs-pain 1 --epochs-head 1 >&2
  # What the base and its six pain rungs share, over one data set of which nothing is computed yet.
  "$lethe" -q -w "$work/partial" ingest --dry-run --csv --dataset emotion \
    --model emotion,pain-fc,pain-b5,pain-b4,pain-b3,pain-b2,pain-b1 >"$folder/sharing.csv"
  "$lethe" -q -w "$work/partial" ingest --keep pooled >&2
  mv "$work/partial" "$work/base"
fi
warehouses=()
for samples in "${sizes[@]}"; do
  warehouses+=("$work/$samples")
  [[ ! -d $work/$samples ]] || continue
  rm -rf "$work/partial"
  cp -r "$work/base" "$work/partial"
  "$python" "$root/Benchmarks/scale/generate.py" "$work/partial" "$samples"
  mv "$work/partial" "$work/$samples"
done
"$lethe" -w "${warehouses[0]}" verify >&2
keep scale "$python" "$root/Benchmarks/scale/measure.py" "$lethe" "$folder/plans.txt" \
  "${warehouses[@]}"
page scale
