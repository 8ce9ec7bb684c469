#!/usr/bin/env bash
# Trains the tiny ladder and runs an ingest of four tasks through a real Slurm of one node, kills a
# task of each with -9, submits what failed again, merges, verifies and compares with what one
# machine makes, bit for bit. Then a shared folder that fills up, and its clean resumption.
#
#   Scripts/test-slurm.sh [LETHE]        environment: SEEDS=1 KEEP=1 (leave the folder)
#
# Whatever it started ends with it. Where there is no Debian, or no root, it says so and does nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

why=$(Scripts/slurm.sh check)
if [[ -n $why ]]; then
  echo "test-slurm: left out: $why" >&2
  exit 0
fi
Scripts/slurm.sh install

lethe=$(realpath "${1:-.build/release/lethe}")
seeds=${SEEDS:-1}
work=$(mktemp -d "${TMPDIR:-/tmp}/lethe-slurm.XXXXXX")
small=$work/small

finish() {
  local code=$?
  trap - EXIT
  if mountpoint -q "$small" 2>/dev/null; then umount "$small" || umount --lazy "$small"; fi
  Scripts/slurm.sh stop "$work/slurm" || true
  if [[ $code -ne 0 ]]; then
    echo "test-slurm: failed (code $code); the logs end so:" >&2
    tail -n 4 "$work"/*/jobs/*/*.log >&2 2>/dev/null || true
  fi
  if [[ -z ${KEEP:-} ]]; then rm -rf "$work"; fi
  exit "$code"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

fail() {
  echo "test-slurm: $*" >&2
  exit 1
}
# A name that no unquoted path would survive.
warehouse="$work/it's a %a \$house"
quietly() { "$lethe" -q "$@"; }
slurm() { quietly -w "$warehouse" "$@"; }
ladder=(
  ladder --input-size 32 --width 0.125 --dense 32 --seeds "$seeds"
  --epochs-emotion 2 --epochs-pain 4 --epochs-head 1 --threads 1
)
ingest=(ingest --keep pooled,bits,maps:f16 --threads 1)

# Kills with -9 the process that works in a shard's folder, as soon as a file of its own is there.
kill_task() {
  local shard=$1 pattern=$2 line
  for ((tries = 0; tries < 60000; tries++)); do
    if compgen -G "$shard/$pattern" >/dev/null; then
      read -r line <"$shard/warehouse.lock" || true
      if [[ $line =~ ^process\ ([0-9]+), && $(readlink "/proc/${BASH_REMATCH[1]}/exe") == "$lethe" ]]
      then
        kill -KILL "${BASH_REMATCH[1]}"
        echo "  killed: ${line#*, }"
        return
      fi
    fi
    sleep 0.002
  done
  fail "nothing appeared in $shard"
}

# Waits until nothing of a job is pending or running; prints "TASK STATE" for each.
settle() {
  for ((tries = 0; tries < 1200; tries++)); do
    slurm runs --job "$1" --csv >"$work/runs.csv"
    if ! cut -d, -f4 "$work/runs.csv" | grep -qE '^(pending|running)$'; then
      tail -n +2 "$work/runs.csv" | cut -d, -f3,4 | tr , ' '
      return
    fi
    sleep 0.25
  done
  fail "the job $1 does not end: $(cat "$work/runs.csv")"
}

expect() {
  diff <(echo "$2") <(echo "$1") >&2 || fail "$3"
}

# What two warehouses hold must be equal, to the names of files and the order of models.
compare() {
  local one
  for one in "$work/whole" "$warehouse"; do
    Scripts/fingerprint.sh "$lethe" "$one" --names
    quietly -w "$one" sql 'SELECT model FROM models' --csv
  done >"$work/both"
  local half=$(($(wc -l <"$work/both") / 2))
  diff <(head -n "$half" "$work/both") <(tail -n +"$((half + 1))" "$work/both") >"$work/difference" \
    || { head -20 "$work/difference" >&2; fail "$1 differs from that of one machine"; }
  slurm verify >"$work/verify" || { cat "$work/verify" >&2; fail "verify of $1 differs"; }
  echo "  $1: $half lines of views, names and digests equal those of one machine"
}

start=$SECONDS
mkdir "$work/slurm"
Scripts/slurm.sh start "$work/slurm"
export SLURM_CONF=$work/slurm/slurm.conf
echo "Slurm $(sinfo --version | cut -d' ' -f2) runs"

for set in emotion pain; do
  quietly faces "$work/faces/$set" --set "$set" --people 10 --per-person "${PER_PERSON:-6}" --size 32
  slurm dataset add "$set" "$work/faces/$set" >"$work/added"
done
cp -r "$warehouse" "$work/whole"

quietly -w "$work/whole" "${ladder[@]}"
slurm "${ladder[@]}" --slurm --csv >"$work/submitted"
kill_task "$warehouse/shards/train-pain-b1" 'models/*.checkpoint'
expect "$(settle ladder-0001 | grep -v ' done$')" \
  $'pain-b1.1 failed\nemotion-after-pain-b1.1 cancelled' 'the killed rung and its head alone fail'
[[ -s $warehouse/jobs/ladder-0001/ladder-0001.pain-b1.1.log ]] || fail 'the log lies in its folder'
slurm runs --resubmit ladder-0001 --csv >"$work/submitted"
expect "$(cut -d, -f2,3 "$work/submitted")" $'step,tasks\npain-b1,1\nemotion-after-pain-b1,1' \
  'they alone are submitted again'
expect "$(settle ladder-0001 | grep -v ' done$')" '' 'they end well'
compare 'the ladder'

quietly -w "$work/whole" "${ingest[@]}"
slurm "${ingest[@]}" --slurm --nodes 4 --csv >"$work/submitted"
kill_task "$warehouse/shards/2-of-4" 'arrays/*/*.partial'
expect "$(settle ingest-0001 | grep -v ' done$')" $'ingest.2 failed\nmerge failed' \
  'the killed task fails, and the merge says that it is missing'
slurm runs --job ingest-0001 --csv | grep -q '^ingest,ingest-0001,ingest.2,.*code 137' \
  || fail 'the code of the killed task is told'
slurm runs --resubmit ingest-0001 --csv >"$work/submitted"
expect "$(cut -d, -f2,3 "$work/submitted")" $'step,tasks\ningest,1\nmerge,1' \
  'it alone is submitted again, and the merge'
expect "$(settle ingest-0001 | grep -v ' done$')" '' 'it ends well'
compare 'the ingest'

status=0
slurm runs --resubmit ingest-0001 2>"$work/said" || status=$?
[[ $status -eq 3 ]] || fail "nothing to submit again is code 3, not $status"

# A shared folder that fills up, where file systems can be mounted.
mkdir "$small"
if mount -t tmpfs -o size=1m tmpfs "$small" 2>/dev/null; then
  more=(ingest --keep pooled,bits,maps:f32 --threads 1)
  cp -r "$work/faces/emotion" "$work/faces/more"
  for one in "$work/whole" "$warehouse"; do
    quietly -w "$one" dataset add more "$work/faces/more" >"$work/added"
  done
  quietly -w "$work/whole" "${more[@]}"
  status=0
  slurm "${more[@]}" --shard 1/1 --shards "$small/shards" 2>"$work/said" || status=$?
  [[ $status -eq 1 && $(grep -c 'see whether the disk is full' "$work/said") -eq 1 ]] \
    || { cat "$work/said" >&2; fail "a full folder is one clear error, code 1, not $status"; }
  mount -o remount,size=200m "$small"
  slurm "${more[@]}" --shard 1/1 --shards "$small/shards"
  # Code 3: with so few pictures, bits of some layers need a second pass.
  slurm merge --shards "$small/shards" >"$work/merged" || [[ $? -eq 3 ]]
  slurm "${more[@]}"
  compare 'the ingest through a folder that was full'
else
  echo '  no file system can be mounted here: the full folder is left out' >&2
fi
echo "test-slurm: passed in $((SECONDS - start)) s"
