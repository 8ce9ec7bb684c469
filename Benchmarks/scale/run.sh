#!/usr/bin/env bash
# Asks warehouses of 10,000, 100,000 and 300,000 samples × 13 variants, beside DuckDB and pandas.
#
#   Benchmarks/scale/run.sh [LETHE [FOLDER]]        environment: REPEATS=3 KEEP=
#
# The warehouses take 7 GB under FOLDER (.build/bench/scale) and go at the end, unless KEEP is set.
# FOLDER keeps scale.csv and plans.txt; PAGE=docs/performance.md writes its tables anew from them.
set -euo pipefail
lethe=$(realpath "${1:-.build/release/lethe}")
source "$(dirname "$0")/../environment.sh"
folder=$(realpath -m "${2:-$root/.build/bench/scale}")
mkdir -p "$folder"
packages=(numpy h5py pandas duckdb)
peers "${packages[@]}"
work=$folder/warehouses
[[ -n ${KEEP:-} ]] || trap 'rm -rf "$work"' EXIT
if [[ ! -d $work/300000 ]]; then
  # A ladder of full width that has seen next to nothing: its answers are drawn anyway.
  rm -rf "$work"
  mkdir -p "$work"
  for set in emotion pain; do
    "$lethe" -q faces "$work/faces-$set" --set "$set" --people 8 --per-person 6 >&2
    "$lethe" -q -w "$work/base" dataset add "$set" "$work/faces-$set" >&2
  done
  "$lethe" -q -w "$work/base" ladder --arch vgg16 --width 1 --dense 64 --epochs-emotion 1 \
    --epochs-pain 1 --epochs-head 1 >&2
  "$lethe" -q -w "$work/base" ingest --keep pooled >&2
  for samples in 10000 100000 300000; do
    cp -r "$work/base" "$work/partial"
    "$python" "$root/Benchmarks/scale/generate.py" "$work/partial" "$samples"
    mv "$work/partial" "$work/$samples"
  done
  "$lethe" -w "$work/10000" verify >&2
fi
header "${packages[@]}" 2>"$folder/header.txt"
cat "$folder/header.txt" >&2
"${pin[@]}" "$python" "$root/Benchmarks/scale/measure.py" "$lethe" "$folder/plans.txt" \
  "$work"/{10000,100000,300000} | tee "$folder/scale.csv"
[[ -z ${PAGE:-} ]] || "$python" "$root/Benchmarks/scale/report.py" "$folder" "$PAGE"
