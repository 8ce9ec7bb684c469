# Sourced by the benchmarks: one Python environment for all peers, and as many processors as
# there are threads to run on.
#
#   python     the environment's interpreter
#   pin        words before a command that is timed: its processors, if there are more
#   peers …    installs packages, each on its own: one that cannot be had is said to be absent
#   header …   the machine and the versions of packages, on standard error
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
environment=${ENVIRONMENT:-$root/.build/bench-venv}
python=$environment/bin/python
[[ -x $python ]] || "${PYTHON:-python3}" -m venv "$environment"
pin=()
threads=${THREADS:-2}
command -v taskset >/dev/null && [[ $(nproc) -gt $threads ]] && pin=(taskset -c "0-$((threads - 1))")
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=$threads PYTHONDONTWRITEBYTECODE=1

peers() {
  local package
  for package in "$@"; do
    "$python" -c "import importlib.metadata as m; m.version('$package')" 2>/dev/null \
      || "$python" -m pip install --quiet "$package" >&2 || echo "absent: $package" >&2
  done
}

header() {
  cat >&2 <<END
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1), $(nproc) processors, all sides on $threads threads
$(uname -sr), commit $(git -C "$root" rev-parse --short HEAD 2>/dev/null || echo unknown)
$("$python" - "$@" <<'PYTHON'
import importlib.metadata, sys
found = []
for package in sys.argv[1:]:
    try:
        found.append(f"{package} {importlib.metadata.version(package)}")
    except importlib.metadata.PackageNotFoundError:
        found.append(f"{package} absent")
print(", ".join(found))
PYTHON
)
END
}
