#!/usr/bin/env bash
# Uses a report in a real browser: loads without a word on the console or a request, sorts, filters,
# marks, keeps hypotheses over a reload, saves them, changes its theme, fits a narrow window.
#
#   Scripts/check-report.sh REPORT      environment: PYTHON=python3 BROWSER=chromium LIMIT=1000 (ms to load)
#
# Debian's chromium is installed if it is missing; the Python package playwright drives it, and goes
# into .build/report-check once if PYTHON lacks it.
set -euo pipefail
here=$(dirname "$(realpath "$0")")
report=$(realpath "${1:?name the report}")
[[ -n ${BROWSER:-} ]] || "$here/setup.sh" chromium
browser=$(command -v "${BROWSER:-chromium}") || {
  echo "check-report: there is no ${BROWSER:-chromium}: apt-get install chromium" >&2
  exit 1
}
python=${PYTHON:-python3}
if ! "$python" -c 'import playwright' 2>/dev/null; then
  python=$here/../.build/report-check/bin/python
  if ! "$python" -c 'import playwright' 2>/dev/null; then
    "${PYTHON:-python3}" -m venv "$here/../.build/report-check"
    "$python" -m pip install --quiet playwright >&2
  fi
fi
exec "$python" "$here/check_report.py" "$report" "$browser"
