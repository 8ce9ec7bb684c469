#!/usr/bin/env python3
"""Writes the table and the plans of docs/performance.md from what measure.py measured.

Usage: report.py FOLDER PAGE
"""
import math
import os
import sys

import page


def cell(row, side):
    """Seconds by the clock, in parentheses those of processors, and peak memory."""
    text = f"{row[side + '_s']} ({row[side + '_cpu_s']})" if row[side + "_s"] else "–"
    return text + (f", {row[side + '_mb']} MB" if row[side + "_mb"] else "")


def text(measured):
    sizes = list(dict.fromkeys(row["samples"] for row in measured))
    found = {(row["samples"], row["question"]): row for row in measured}
    lines = []
    for question in dict.fromkeys(row["question"] for row in measured):
        rows = [found[size, question] for size in sizes]
        line = [question, *(cell(row, "lethe") for row in rows)]
        first, last = rows[0]["lethe_cpu_s"], rows[-1]["lethe_cpu_s"]
        times = int(sizes[-1]) / int(sizes[0])
        line.append(f"{math.log(float(last) / float(first)) / math.log(times):.2f}"
                    if first and times > 1 else "–")
        lines.append(line + [cell(rows[-1], "duckdb"), cell(rows[-1], "pandas")])
    heads = [f"Lethe, {int(size):,}" for size in sizes]
    with open(os.path.join(sys.argv[1], "plans.txt")) as file:
        plans = file.read().strip()
    largest = f"{int(sizes[-1]):,}"
    return "\n\n".join([
        page.table(["seconds", *heads, "growth", f"DuckDB, {largest}", f"pandas, {largest}"], lines),
        f"Query plans at {largest}:\n\n```\n{plans}\n```"])


page.write(*sys.argv[1:], text)
