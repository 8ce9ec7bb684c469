#!/usr/bin/env bash
# Builds the filter plugin by which other programs read maps of the relu codec (h5py, h5dump, …).
#
#   Scripts/build-plugin.sh [FOLDER]       then: export HDF5_PLUGIN_PATH=FOLDER
#
# FOLDER is .build/hdf5-plugin unless it is given. Needs a C compiler (cc, or CC) and nothing else.
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
folder=${1:-$root/.build/hdf5-plugin}
mkdir -p "$folder"
folder=$(realpath "$folder")
library=$folder/libh5lethe_relu.so
# A program may have the old file open: it is replaced, not written over.
trap 'rm -f "$library.$$"' EXIT
"${CC:-cc}" -std=gnu11 -O3 -Wall -Wextra -shared -fPIC -fvisibility=hidden -o "$library.$$" \
  "$root/Sources/CCodecs/plugin/relu_plugin.c"
mv -f "$library.$$" "$library"
echo "$library"
echo "for programs that shall read it: export HDF5_PLUGIN_PATH=$folder" >&2
