#!/usr/bin/env bash
# Kills `lethe ladder` and `lethe ingest` with -9 at random moments, lets them go on, and compares
# the outcome with an uninterrupted run: public tables, weights and stored arrays, bit for bit.
#
#   Scripts/kill-test.sh [LETHE]        environment: TRIALS=20 SEED=1 KEEP=1 (leave the folder)
set -euo pipefail
cd "$(dirname "$0")/.."

lethe=$(realpath "${1:-.build/release/lethe}")
trials=${TRIALS:-20}
RANDOM=${SEED:-1}
work=$(mktemp -d "${TMPDIR:-/tmp}/lethe-kill.XXXXXX")
if [[ -z ${KEEP:-} ]]; then trap 'rm -rf "$work"' EXIT; fi

quietly() { "$lethe" -q "$@"; }
ladder=(
  ladder --input-size 32 --width 0.125 --dense 32
  --epochs-emotion 3 --epochs-pain 1 --epochs-head 2
)
ingest=(ingest --keep pooled,bits,maps:f16)

fingerprint() { Scripts/fingerprint.sh "$lethe" "$1"; }

now() { date +%s%N; }

# Runs the stage $1 on a copy of the warehouse $2, kills it at a random moment within $3 ns, lets it
# go on and compares with the fingerprint $4.
trial() {
  local -n stage=$1
  local from=$2 nanoseconds=$3 expected=$4 copy="$work/trial" pause pid status=0 what
  rm -rf "$copy"
  cp -r "$from" "$copy"
  pause=$(awk -v n="$nanoseconds" -v r="$RANDOM" 'BEGIN { printf "%.3f", n / 1e9 * r / 32768 }')
  "$lethe" -q -w "$copy" "${stage[@]}" &
  pid=$!
  sleep "$pause"
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || status=$?
  what="$1 $([[ $status -eq 137 ]] && echo 'killed after' || echo 'had ended before') $pause s"
  quietly -w "$copy" "${stage[@]}"
  quietly -w "$copy" verify || { echo "kill-test: $what: verify differs" >&2; return 1; }
  fingerprint "$copy" >"$work/fingerprint"
  if ! diff "$expected" "$work/fingerprint" >"$work/difference"; then
    echo "kill-test: $what: the outcome differs:" >&2
    head -20 "$work/difference" >&2
    return 1
  fi
  echo "  $what: equal"
}

for set in emotion pain; do
  quietly faces "$work/faces/$set" --set "$set" --people 10 --per-person 6 --size 32
  quietly -w "$work/base" dataset add "$set" "$work/faces/$set" >"$work/added"
done

cp -r "$work/base" "$work/whole"
start=$(now)
quietly -w "$work/whole" "${ladder[@]}"
ladder_time=$(($(now) - start))
fingerprint "$work/whole" >"$work/ladder.txt"
cp -r "$work/whole" "$work/trained"
start=$(now)
quietly -w "$work/whole" "${ingest[@]}"
ingest_time=$(($(now) - start))
fingerprint "$work/whole" >"$work/ingest.txt"
echo "uninterrupted: ladder $((ladder_time / 1000000)) ms, ingest $((ingest_time / 1000000)) ms"

for ((number = 1; number <= trials; number++)); do
  trial ladder "$work/base" "$ladder_time" "$work/ladder.txt"
  trial ingest "$work/trained" "$ingest_time" "$work/ingest.txt"
done
echo "kill-test: $trials kills of ladder and $trials of ingest: all outcomes equal"
