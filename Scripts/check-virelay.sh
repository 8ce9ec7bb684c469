#!/usr/bin/env bash
# Opens an export in ViRelAy: `lethe export virelay` of a warehouse that keeps relevance, loaded by
# the classes that ViRelAy itself loads projects with.
#
#   Scripts/check-virelay.sh WAREHOUSE MODEL,… [LETHE]
#
# ViRelAy is installed from PyPI into .build/virelay-check, unless $VIRELAY_PYTHON names a Python that has it.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
usage="usage: Scripts/check-virelay.sh WAREHOUSE MODEL,… [LETHE]"
warehouse=$(realpath "${1:?"$usage"}")
models=${2:?"$usage"}
lethe=$(realpath "${3:-$root/.build/release/lethe}")

python=${VIRELAY_PYTHON:-$root/.build/virelay-check/bin/python}
if ! "$python" -c 'import virelay' 2>/dev/null; then
  python3 -m venv "$root/.build/virelay-check"
  "$root/.build/virelay-check/bin/pip" install --quiet virelay
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$lethe" -w "$warehouse" export virelay "$work/export" --models "$models"
"$python" "$root/Scripts/check_virelay.py" "$work/export" "$models"
