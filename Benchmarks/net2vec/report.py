#!/usr/bin/env python3
"""Writes the table of docs/performance.md from what net2vec.py measured.

Usage: report.py FOLDER PAGE
"""
import sys

import page


def line(row):
    rate = f"{row['rate']}, {'published' if row['published'] == '1' else 'best'}"
    times = [f"{row['pytorch_s']} s", row["objective"], f"{1000 * float(row['lethe_s']):.1f} ms",
             f"{row['ratio']}×", f"{1000 * float(row['optimum_s']):.1f} ms", row["optimum"],
             f"{row['optimum_ratio']}×"]
    return [row["layer"], rate, *times, row["pytorch_mb"], row["lethe_mb"]]


page.write(*sys.argv[1:], lambda rows: page.table(
    ["layer", "learning rate", "PyTorch", "objective", "Lethe to there", "ratio", "to the optimum",
     "optimum", "ratio", "PyTorch MB", "Lethe MB"], map(line, rows), right=2))
