#!/usr/bin/env bash
# Reads a warehouse from Python: h5py opens every segment with plain filters and finds what
# `lethe export npy` writes; pandas reads the CSV of every answer; sqlite3 opens every view.
#
#   Scripts/check-python.sh WAREHOUSE [LETHE]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
warehouse=$(realpath "${1:?"usage: Scripts/check-python.sh WAREHOUSE [LETHE]"}")
lethe=$(realpath "${2:-$root/.build/release/lethe}")

python=$root/.venv/bin/python
if ! "$python" -c 'import h5py, numpy, pandas' 2>/dev/null; then
  python3 -m venv "$root/.venv"
  "$root/.venv/bin/pip" install --quiet h5py numpy pandas
fi
exec "$python" "$root/Scripts/check_python.py" "$warehouse" "$lethe"
