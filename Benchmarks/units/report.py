#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what compare.py measured.

Usage: report.py FOLDER PAGE
"""
import sys

import page


def line(row):
    faster = f"{float(row['times_faster']):.3g}×" if row["times_faster"] else ""
    return [row["question"], row["program"], row["median_s"], f"{row['least_s']}–{row['most_s']}",
            faster, row["megabytes"], row["peak_mb"]]


page.write(*sys.argv[1:], lambda rows: page.table(
    ["question", "program", "seconds", "range", "Lethe is faster", "MB", "peak MB"],
    map(line, rows), right=2))
