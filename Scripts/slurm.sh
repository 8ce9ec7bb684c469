#!/usr/bin/env bash
# A Slurm of one node on the loopback interface, for tests: its daemons, keys and state lie in a
# folder, beside any Slurm that the machine may have.
#
#   Scripts/slurm.sh check          why it cannot be started here, on standard output; silent if it can
#   Scripts/slurm.sh install        Debian's packages, if they are missing
#   Scripts/slurm.sh start FOLDER   starts it; then: export SLURM_CONF=FOLDER/slurm.conf
#   Scripts/slurm.sh stop FOLDER    ends its jobs and daemons, those of this folder alone
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
usage='usage: Scripts/slurm.sh check | install | start FOLDER | stop FOLDER'
daemons=(slurmd slurmctld munged)

say() { printf 'slurm: %s\n' "$*" >&2; }

check() {
  if [[ $(id -u) -ne 0 ]]; then
    echo 'the daemons of Slurm need root'
  elif ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    echo 'this is no Debian, whose packages it needs'
  fi
}

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 20000))
    # Nobody answers there.
    if ! (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
      echo "$port"
      return
    fi
  done
}

start() {
  local folder host
  folder=$(realpath "$1")
  host=$(uname -n)
  host=${host%%.*}
  mkdir -p "$folder/spool" "$folder/state"
  # The daemons refuse folders that others may write to.
  chmod 755 "$folder"
  (umask 077 && head -c 1024 /dev/urandom >"$folder/munge.key")
  munged --force --socket="$folder/munge.socket" --key-file="$folder/munge.key" \
    --pid-file="$folder/munged.pid" --log-file="$folder/munged.log" \
    --seed-file="$folder/munge.seed" 2>>"$folder/munged.log"
  cat >"$folder/slurm.conf" <<CONF
ClusterName=lethe
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$(free_port)
SlurmdPort=$(free_port)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerType=sched/builtin
SchedulerParameters=batch_sched_delay=0,sched_interval=1,sched_min_interval=100000
SlurmdParameters=config_overrides
MpiDefault=none
MailProg=/bin/true
ReturnToService=2
KillWait=3
NodeName=$host NodeAddr=127.0.0.1 CPUs=${SLURM_CPUS:-4}
PartitionName=all Nodes=$host Default=YES MaxTime=INFINITE State=UP
CONF
  export SLURM_CONF=$folder/slurm.conf
  slurmctld -f "$SLURM_CONF" -L "$folder/slurmctld.log"
  slurmd -f "$SLURM_CONF" -L "$folder/slurmd.log"
  for ((tries = 0; tries < 60; tries++)); do
    if [[ $(sinfo --noheader --format=%T 2>/dev/null) == idle ]]; then return; fi
    sleep 0.5
  done
  say 'its node does not become idle:'
  tail -n 5 "$folder"/slurm*.log >&2
  return 1
}

# The process of a pid file, if it is that daemon still.
process() {
  local pid
  pid=$(cat "$1/$2.pid" 2>/dev/null) || return 1
  [[ $pid =~ ^[0-9]+$ && $(cat "/proc/$pid/comm" 2>/dev/null) == "$2" ]] && echo "$pid"
}

stop() {
  local folder pid daemon
  folder=$(realpath "$1")
  if [[ -f $folder/slurm.conf ]] && process "$folder" slurmctld >/dev/null; then
    export SLURM_CONF=$folder/slurm.conf
    timeout 10 scancel --user="$(id -u)" 2>/dev/null || true
    for ((tries = 0; tries < 40; tries++)); do
      [[ -z $(timeout 10 squeue --noheader 2>/dev/null) ]] && break
      sleep 0.25
    done
  fi
  for daemon in "${daemons[@]}"; do
    pid=$(process "$folder" "$daemon") || continue
    kill "$pid" 2>/dev/null || true
    for ((tries = 0; tries < 40; tries++)); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.25
    done
    kill -KILL "$pid" 2>/dev/null || true
  done
}

case ${1:-} in
  check) check ;;
  install) "$root/Scripts/setup.sh" slurm-wlm munge ;;
  start) start "${2:?"$usage"}" ;;
  stop) stop "${2:?"$usage"}" ;;
  *)
    say "$usage"
    exit 2
    ;;
esac
