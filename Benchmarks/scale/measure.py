#!/usr/bin/env python3
"""Asks warehouses of three sizes and prints the seconds of lethe, DuckDB and pandas as CSV, by the
clock and of all processors together.

Usage: measure.py LETHE PLANS WAREHOUSE…          environment: REPEATS=3

The clock of lethe runs from the start of its process to its end; DuckDB and pandas have loaded their
tables before (the row `load`), and read pooled rows with h5py. score, flips and aus add intervals and
tests to what the others count. PLANS gets the query plans of the last warehouse.
"""
import csv
import os
import re
import resource
import sqlite3
import statistics
import subprocess
import sys
import time

import duckdb
import h5py
import numpy as np
import pandas
import questions

REPEATS = int(os.environ.get("REPEATS", "3"))
VIEWS = {
    "predictions": "SELECT * FROM predictions WHERE dataset = 'large'",
    "aus": "SELECT * FROM aus", "au_coded": "SELECT sample_id, au FROM au_coded",
    "probabilities": "SELECT * FROM probabilities WHERE model = 'emotion'",
}


class Tables:
    """The public views, read into frames and into DuckDB."""

    def __init__(self, warehouse):
        self.warehouse, self.frames, self.duck = warehouse, {}, duckdb.connect()
        self.duck.execute("SET threads = 2")
        catalogue = sqlite3.connect(f"file:{warehouse}/warehouse.sqlite?immutable=1", uri=True)
        for name, sql in VIEWS.items():
            self.frames[name] = pandas.read_sql_query(sql, catalogue)
            self.duck.register("frame", self.frames[name])
            self.duck.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            self.duck.unregister("frame")
        self.files = {}
        for model, layer, file in catalogue.execute(
                """SELECT m.name, l.name, s.file FROM layer l JOIN model m ON m.id = l.model
                   JOIN stored_array a ON a.key = l.prefix AND a.tier = 'pooled'
                   JOIN segment s ON s.id = a.segment JOIN dataset d ON d.id = a.dataset
                   ORDER BY a.dataset, a.first"""):
            self.files.setdefault((model, layer), []).append(os.path.join(warehouse, file))

    def frame(self, name):
        return self.frames[name]

    def _read(self, model, layer, take):
        ids, values = [], []
        for path in self.files[model, layer]:
            with h5py.File(path) as file:
                ids.append(file["sample_id"][:])
                values.append(take(file[f"layers/{layer}/pooled"]))
        return np.concatenate(ids), values

    def pooled(self, model, layer, channel):
        """Mean and maximum of a channel as a frame."""
        ids, values = self._read(model, layer, lambda rows: rows[:, channel, :])
        values = np.concatenate(values)
        return pandas.DataFrame({"sample_id": ids, "mean": values[:, 0], "max": values[:, 1]})

    def layer_means(self, model, layer):
        ids, sums = self._read(model, layer, lambda rows: rows[:, :, 1].sum(0, dtype=np.float64))
        return sum(sums) / len(ids)


def processor():
    """Seconds of processors so far, of this process and of those that it has waited for."""
    own, children = (resource.getrusage(who) for who in
                     (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def clock(repeats, ask):
    """The medians of the seconds that an answer takes, by the clock and of processors, after one run
    that is not counted."""
    times = []
    for _ in range(repeats + 1):
        start = time.perf_counter(), processor()
        ask()
        times.append((time.perf_counter() - start[0], processor() - start[1]))
    return [statistics.median(column) for column in zip(*times[1:])]


def lethe(program, warehouse, arguments):
    command = [program, "-q", "-w", warehouse, *arguments, "--csv"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def plan(program, warehouse, arguments, statement):
    """EXPLAIN QUERY PLAN of what a command asks, a line an entry."""
    if statement is None:
        shown = lethe(program, warehouse, [*arguments, "--show-sql"])
        statements = [part for part in shown.split(";\n") if "SELECT" in part]
        values = dict(re.findall(r"-- -p (\w+)=(\S+)", shown))
        statement = re.sub(r"^--.*\n", "", statements[-1], flags=re.M).strip()
        statement = re.sub(r":(\w+)", lambda name: f"'{values[name[1]]}'", statement)
    rows = lethe(program, warehouse, ["sql", "EXPLAIN QUERY PLAN " + statement])
    entries = list(csv.reader(rows.splitlines()))[1:]
    depth, lines = {"0": -1}, []
    for number, parent, _, detail in entries:
        depth[number] = depth.get(parent, -1) + 1
        lines.append("  " * depth[number] + detail)
    return "\n".join(lines)


def main(program, plans, *warehouses):
    writer = csv.writer(sys.stdout)
    writer.writerow(["samples", "question", "lethe_s", "lethe_cpu_s", "duckdb_s", "duckdb_cpu_s",
                     "pandas_s", "pandas_cpu_s"])
    for warehouse in warehouses:
        samples = lethe(program, warehouse, [
            "sql", "SELECT samples FROM datasets WHERE dataset = 'large'"]).split()[1]
        start = time.perf_counter(), processor()
        tables = Tables(warehouse)
        load = f"{time.perf_counter() - start[0]:.2f}", f"{processor() - start[1]:.2f}"
        writer.writerow([samples, "load", "", "", *load, *load])
        for name, arguments, in_duckdb, in_pandas, _ in questions.QUESTIONS:
            times = [clock(REPEATS, lambda: lethe(program, warehouse, arguments)),
                     clock(REPEATS, lambda: in_duckdb(tables)),
                     clock(REPEATS, lambda: in_pandas(tables))]
            writer.writerow([samples, name, *(f"{seconds:.3f}" for pair in times
                                              for seconds in pair)])
            sys.stdout.flush()
    with open(plans, "w") as file:
        for name, arguments, _, _, statement in questions.QUESTIONS:
            file.write(f"{name}\n{plan(program, warehouses[-1], arguments, statement)}\n\n")


main(*sys.argv[1:])
