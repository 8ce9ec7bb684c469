#!/usr/bin/env bash
# Takes the Python out of docs/how-to/cluster.md, runs it on a warehouse with Dask and DuckDB, and
# compares what it reads with what lethe says.
#
#   Scripts/check-cluster.sh WAREHOUSE [LETHE]
#
# Dask and DuckDB are installed from PyPI into .build/cluster-check, unless $CLUSTER_PYTHON names a
# Python that has them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
warehouse=$(realpath "${1:?"usage: Scripts/check-cluster.sh WAREHOUSE [LETHE]"}")
lethe=$(realpath "${2:-$root/.build/release/lethe}")

python=${CLUSTER_PYTHON:-$root/.build/cluster-check/bin/python}
if ! "$python" -c 'import dask.array, duckdb, h5py' 2>/dev/null; then
  python3 -m venv "$root/.build/cluster-check"
  "$root/.build/cluster-check/bin/pip" install --quiet 'dask[array]' duckdb h5py
fi
"$python" "$root/Scripts/check_cluster.py" "$root/docs/how-to/cluster.md" "$warehouse" "$lethe"
