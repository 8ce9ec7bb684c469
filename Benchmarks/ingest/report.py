#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what compare.py measured.

Usage: report.py FOLDER PAGE
"""
import sys

import page


def line(row):
    share = f"{100 * float(row['of_bare']):.0f} %" if row["of_bare"] else ""
    return [row["size"], row["program"], row["median_s"], f"{row['least_s']}–{row['most_s']}",
            row["start_s"], row["pictures_per_s"], share, row["peak_mb"], row["written_mb"],
            row["relative_l2"]]


page.write(*sys.argv[1:], lambda rows: page.table(
    ["pixels", "program", "seconds", "range", "of them start", "pictures a second",
     "of the bare network", "peak MB", "MB", "distance"], map(line, rows), right=2))
