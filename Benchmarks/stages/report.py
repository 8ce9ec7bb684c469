#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what measure.py measured.

Usage: report.py FOLDER PAGE
"""
import sys

import page

page.write(*sys.argv[1:], lambda rows: page.table(
    ["stage", "seconds", "range", "of processors", "peak MB"],
    [[row["stage"], row["median_s"], f"{row['least_s']}–{row['most_s']}", row["processor_s"],
      row["peak_mb"]] for row in rows]))
