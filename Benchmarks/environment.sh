# Sourced by the benchmarks: one Python environment for all peers, and as many processors as
# there are threads to run on.
#
#   python         the environment's interpreter
#   pin            words before a command that is timed: its processors, if there are more
#   begin PART FOLDER PACKAGE…  makes the part's folder (FOLDER, or .build/bench/PART), installs the
#                  packages, and says the machine and their versions, also in header.txt
#   product NAME   builds a program of the package, unless PRODUCTS names a folder that has it; its
#                  path is then in the variable `built`
#   lethe PATH     the path of lethe, if none is given that of the build
#   keep PART COMMAND…  runs what is timed; what it prints is shown and kept as PART.csv
#   page PART      writes the part of PAGE anew, if PAGE is set (docs/performance.md)
root=$(realpath "$(dirname "${BASH_SOURCE[0]}")/..")
environment=${ENVIRONMENT:-$root/.build/bench-venv}
python=$environment/bin/python
if [[ ! -x $python ]]; then
  [[ -n ${PYTHON:-} ]] || "$root/Scripts/setup.sh" python3 python3-venv
  "${PYTHON:-python3}" -m venv "$environment"
fi
pin=()
threads=${THREADS:-2}
command -v taskset >/dev/null && [[ $(nproc) -gt $threads ]] && pin=(taskset -c "0-$((threads - 1))")
export OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=$threads PYTHONDONTWRITEBYTECODE=1
export PYTHONPATH=$root/Benchmarks:$root/Benchmarks/forward

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

begin() {
  part=$1
  folder=$(realpath -m "${2:-$root/.build/bench/$part}")
  shift 2
  mkdir -p "$folder"
  peers "$@"
  header "$@" 2>"$folder/header.txt"
  cat "$folder/header.txt" >&2
}

product() {
  built=${PRODUCTS:-$root/.build/release}/$1
  [[ -n ${PRODUCTS:-} ]] \
    || swift build --package-path "$root" -c release -Xswiftc -enable-testing --product "$1" >&2
}

lethe() {
  realpath "${1:-${PRODUCTS:-$root/.build/release}/lethe}"
}

# What an earlier run has measured stays until this one is through.
keep() {
  local part=$1
  shift
  "${pin[@]}" "$@" | tee "$folder/$part.csv.new"
  mv "$folder/$part.csv.new" "$folder/$part.csv"
}

page() {
  [[ -z ${PAGE:-} ]] || "$python" "$root/Benchmarks/$1/report.py" "$folder" "$PAGE"
}
