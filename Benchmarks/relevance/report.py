#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what compare.py measured.

Usage: report.py FOLDER PAGE
"""
import sys

import page


def line(row):
    faster, less = (f"{row[name]}×" if row[name] else ""
                    for name in ["times_faster", "times_less_processor"])
    return [f"{row['size']}×{row['size']}, batch {row['batch']}", row["program"], row["median_s"],
            f"{row['least_s']}–{row['most_s']}", row["processor_s"], faster, less, row["peak_mb"],
            row["relative_l2"]]


page.write(*sys.argv[1:], lambda rows: page.table(
    ["input", "program", "seconds", "range", "of processors", "Lethe is faster", "by processors",
     "peak MB", "distance"], map(line, rows), right=2))
