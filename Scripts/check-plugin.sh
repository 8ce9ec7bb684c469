#!/usr/bin/env bash
# Reads maps of the codec relu through h5py and the filter plugin, and compares them with those of
# deflate bit for bit.
#
#   Scripts/check-plugin.sh [LETHE]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
lethe=$(realpath "${1:-$root/.build/release/lethe}")

python=$root/.venv/bin/python
if ! "$python" -c 'import h5py, numpy' 2>/dev/null; then
  python3 -m venv "$root/.venv"
  "$root/.venv/bin/pip" install --quiet h5py numpy
fi
exec "$python" "$root/Scripts/check_plugin.py" "$lethe"
