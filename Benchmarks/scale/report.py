#!/usr/bin/env python3
"""Writes the table and the plans of docs/performance.md from what measure.py measured.

Usage: report.py FOLDER PAGE
"""
import math
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import page  # noqa: E402


def main(folder, path):
    measured = page.rows(os.path.join(folder, "scale.csv"))
    sizes = list(dict.fromkeys(row["samples"] for row in measured))
    found = {(row["samples"], row["question"]): row for row in measured}
    lines = []
    for question in dict.fromkeys(row["question"] for row in measured):
        rows = [found[size, question] for size in sizes]
        line = [question, *(row["lethe_s"] or "–" for row in rows)]
        first, last = rows[0]["lethe_s"], rows[-1]["lethe_s"]
        line.append(f"{math.log(float(last) / float(first)) / math.log(int(sizes[-1]) / int(sizes[0])):.2f}"
                    if first else "–")
        lines.append(line + [rows[-1]["duckdb_s"], rows[-1]["pandas_s"]])
    heads = [f"Lethe, {int(size):,}" for size in sizes]
    with open(os.path.join(folder, "plans.txt")) as file:
        plans = file.read().strip()
    largest = f"{int(sizes[-1]):,}"
    page.replace(path, "scale", "\n\n".join([
        page.header(folder),
        page.table(["seconds", *heads, "growth", f"DuckDB, {largest}", f"pandas, {largest}"], lines),
        f"Query plans at {largest}:\n\n```\n{plans}\n```"]))


main(*sys.argv[1:])
