#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what compare.py measured.

Usage: report.py FOLDER PAGE
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import page  # noqa: E402


def main(folder, path):
    lines = [[row["size"], row["program"], row["median_s"], f"{row['least_s']}–{row['most_s']}",
              row["pictures_per_s"], row["peak_mb"], row["written_mb"], row["relative_l2"]]
             for row in page.rows(os.path.join(folder, "ingest.csv"))]
    page.replace(path, "ingest", page.header(folder) + "\n\n" + page.table(
        ["pixels", "program", "seconds", "range", "pictures a second", "peak MB", "MB",
         "distance"], lines, right=2))


main(*sys.argv[1:])
