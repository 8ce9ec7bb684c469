#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what compare.py measured.

Usage: report.py FOLDER PAGE
"""
import sys

import page


def text(rows):
    lines = [[row["codec"], row["ratio"], row["write_mb_s"],
              f"{row['write_least']}–{row['write_most']}", row["read_mb_s"],
              f"{row['read_least']}–{row['read_most']}"] for row in rows]
    said = (f"{rows[0]['megabytes']} MB of maps, of which {100 * float(rows[0]['zeros']):.0f} % are"
            " zero.")
    return f"{said}\n\n" + page.table(
        ["codec", "ratio", "write MB/s", "range", "read MB/s", "range"], lines)


page.write(*sys.argv[1:], text)
