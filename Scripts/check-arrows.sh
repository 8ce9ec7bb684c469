#!/usr/bin/env bash
# Fails when a module imports one that the architecture does not let it import, or when a C module
# has not exactly one importer. Before that it shows itself that it can fail.
#
#   Scripts/check-arrows.sh [SOURCES]
set -euo pipefail
cd "$(dirname "$0")/.."

# module: the modules of this package that it may import
allowed='
lethe: Ingest Query Warehouse CommandLineKit Jobs
Ingest: Warehouse Compute SQLite HDF5 Raster Archive Hashing CFacePack
Query: Warehouse Compute SQLite HDF5 Raster CReport
Warehouse: SQLite HDF5 Raster Hashing CSchema
Compute: CKernels COpenBLAS
SQLite: CSQLite
HDF5: CHDF5 CDeflate CCodecs
Raster: CPNG CTurboJPEG CCairo
Hashing: CCrypto
Archive: CZlib
CommandLineKit:
Jobs:
'
c_modules='CKernels CSchema CFacePack CReport COpenBLAS CSQLite CHDF5 CPNG CTurboJPEG CCairo CCrypto CZlib CDeflate CCodecs'

# Prints a line "importer imported file:line" for each import under the folder $1.
imports() {
  grep -rnE --include='*.swift' \
    '^[[:space:]]*(@[A-Za-z_]+(\([A-Za-z]+\))?[[:space:]]+)*((public|package|internal|fileprivate|private)[[:space:]]+)?import[[:space:]]' "$1" \
    | sed -E "s|^$1/([^/]+)/([^:]*):([0-9]+):.*import[[:space:]]+((struct\|class\|enum\|protocol\|func\|var\|let\|typealias)[[:space:]]+)?([A-Za-z_0-9]+).*|\1 \6 $1/\1/\2:\3|"
}

check() {
  imports "$1" | awk -v allowed="$allowed" -v c_modules="$c_modules" '
    BEGIN {
      lines = split(allowed, rows, "\n")
      for (i = 1; i <= lines; i++) {
        if (split(rows[i], sides, ":") < 1 || sides[1] == "") continue
        ours[sides[1]] = 1
        count = split(sides[2], names, " ")
        for (j = 1; j <= count; j++) may[sides[1], names[j]] = 1
      }
      total = split(c_modules, c, " ")
      for (i = 1; i <= total; i++) ours[c[i]] = 1
    }
    !($1 in ours) { print $3 ": module " $1 " is not in the table of arrows"; bad = 1; next }
    ($2 in ours) && $1 != $2 {
      if (!(($1, $2) in may)) { print $3 ": " $1 " must not import " $2; bad = 1 }
      if (!(($2, $1) in seen)) { seen[$2, $1] = 1; importers[$2]++ }
    }
    END {
      for (i = 1; i <= total; i++)
        if (importers[c[i]] != 1) {
          print c[i] " has " importers[c[i]] + 0 " importers, not one"; bad = 1
        }
      exit bad
    }'
}

# A copy of the sources with one forbidden line must not pass.
self_test() {
  local folder case file
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' RETURN
  for case in 'Query import Ingest' 'Compute internal import SQLite' 'Ingest public import Query' \
    'Warehouse import struct Compute.Tensor' 'Raster @preconcurrency import CSQLite' \
    'Stranger import Warehouse'; do
    rm -rf "$folder/Sources"
    mkdir -p "$folder/Sources/${case%% *}"
    file="$folder/Sources/${case%% *}/Forbidden.swift"
    echo "${case#* }" >"$file"
    if [[ $(check "$folder/Sources") != *"Forbidden.swift:1: "* ]]; then
      echo "check-arrows: '$case' was not caught" >&2
      return 1
    fi
  done
}

self_test
check "${1:-Sources}" >&2
