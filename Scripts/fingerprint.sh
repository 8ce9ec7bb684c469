#!/usr/bin/env bash
# Prints what must be equal where two warehouses hold the same: every public view but `runs`, in a
# fixed order, and the digest of every file of arrays, inputs and weights. The catalogue itself is
# compared by its views. With --names, files must also be called the same.
#
#   Scripts/fingerprint.sh LETHE WAREHOUSE [--names]
set -euo pipefail
lethe=$1
warehouse=$2
name='/[^/]*$'
if [[ ${3:-} == --names ]]; then name='$'; fi

for view in $(LETHE_WAREHOUSE=$warehouse "$lethe" completions --list views); do
  [[ $view == runs ]] && continue
  echo "view $view"
  # Code 3: the view is empty.
  { "$lethe" -q -w "$warehouse" sql "SELECT * FROM $view" --csv || [[ $? -eq 3 ]]; } | LC_ALL=C sort
done
cd "$warehouse"
find arrays inputs models -type f -print0 | xargs -0r sha256sum \
  | sed -E "s|^([0-9a-f]+)  (.*)$name|\2 \1|" | LC_ALL=C sort
