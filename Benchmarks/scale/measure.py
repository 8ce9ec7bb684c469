#!/usr/bin/env python3
"""Asks warehouses of several sizes and prints the seconds of lethe, DuckDB and pandas as CSV, by the
clock and of all processors together.

Usage: measure.py LETHE PLANS WAREHOUSE…          environment: THREADS=2 REPEATS=3

The three take turns. The clock of lethe runs from the start of its process to its end; DuckDB and pandas
have loaded their tables before (the row `load`), in a process each, and read pooled rows with h5py. score,
flips and aus add intervals and tests to what the others count. What is asked for in the end must be the
same of all. PLANS gets the query plans of the last warehouse.
"""
import csv
import json
import math
import os
import re
import statistics
import subprocess
import sys

import questions
from measuring import HERE, Absent, Rows, command_line, run, turns

REPEATS = int(os.environ.get("REPEATS", "3"))
PEERS = ["DuckDB", "pandas"]
COLUMNS = ["samples", "question", *(f"{side}_{what}" for side in ["lethe", "duckdb", "pandas"]
                                    for what in ["s", "cpu_s", "mb"])]


class Peer:
    """DuckDB or pandas in a process of its own."""

    def __init__(self, program, warehouse):
        self.process = subprocess.Popen(
            [sys.executable, os.path.join(HERE, "scale", "peer.py"), program, warehouse], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.load = self.reply()

    def reply(self):
        line = self.process.stdout.readline()
        if not line:
            raise Absent("it ended without a word")
        return json.loads(line)

    def ask(self, number):
        """Seconds, processor seconds, peak MB so far, rows as dictionaries."""
        print(number, file=self.process.stdin, flush=True)
        reply = self.reply()
        with open(f"/proc/{self.process.pid}/status") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        rows = [dict(zip(reply["columns"], row)) for row in reply["rows"]]
        return reply["seconds"], reply["processor_s"], peak / 1024, rows


def own(program, warehouse, arguments):
    """The same of lethe."""
    found = run([program, "-q", "-w", warehouse, *arguments, "--csv"])
    rows = list(csv.DictReader(found.text.splitlines()))
    return found.seconds, found.processor_s, found.peak_mb, rows


def agree(one, other):
    """Whether two lists of names and numbers are the same, numbers to 1e-6."""
    def same(a, b):
        if isinstance(a, str):
            return a == b
        return math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) or math.isnan(a) and math.isnan(b)
    return len(one) == len(other) and all(
        len(a) == len(b) and all(map(same, a, b)) for a, b in zip(one, other))


def compare(program, warehouse, samples, say):
    peers = {}
    for name in PEERS:
        try:
            peers[name] = Peer(name, warehouse)
        except Absent as reason:
            print(f"absent: {name}: {reason}", file=sys.stderr, flush=True)
    loads = {}
    for name, peer in peers.items():
        loads |= {f"{name.lower()}_s": f"{peer.load['seconds']:.2f}",
                  f"{name.lower()}_cpu_s": f"{peer.load['processor_s']:.2f}"}
    say(samples=samples, question="load", **loads)
    for number, question in enumerate(questions.QUESTIONS):
        sides = {"lethe": lambda: own(program, warehouse, question.words)}
        for name, peer in peers.items():
            sides[name.lower()] = lambda peer=peer: peer.ask(number)
        row, answers = {}, {}
        for name, measured in turns(sides, REPEATS).items():
            seconds, processor, peaks, rows = zip(*measured)
            row |= {f"{name}_s": f"{statistics.median(seconds):.3f}",
                    f"{name}_cpu_s": f"{statistics.median(processor):.3f}",
                    f"{name}_mb": f"{max(peaks):.0f}"}
            answers[name] = sorted((question.ours if name == "lethe" else question.theirs)(rows[-1]))
        for name, answer in answers.items():
            if not agree(answers["lethe"], answer):
                raise SystemExit(f"{question.name}: {name} answers {answer[:3]}…, lethe "
                                 f"{answers['lethe'][:3]}…")
        say(samples=samples, question=question.name, **row)
    for peer in peers.values():
        peer.process.communicate()


def plan(program, warehouse, arguments, statement):
    """EXPLAIN QUERY PLAN of what a command asks, a line an entry."""
    if statement is None:
        shown = run([program, "-q", "-w", warehouse, *arguments, "--csv", "--show-sql"]).text
        statements = [part for part in shown.split(";\n") if "SELECT" in part]
        values = dict(re.findall(r"-- -p (\w+)=(\S+)", shown))
        statement = re.sub(r"^--.*\n", "", statements[-1], flags=re.M).strip()
        statement = re.sub(r":(\w+)", lambda name: f"'{values[name[1]]}'", statement)
    depth, lines = {"0": -1}, []
    for entry in own(program, warehouse, ["sql", "EXPLAIN QUERY PLAN " + statement])[-1]:
        depth[entry["id"]] = depth.get(entry["parent"], -1) + 1
        lines.append("  " * depth[entry["id"]] + entry["detail"])
    return "\n".join(lines)


def main(program, plans, *warehouses):
    say = Rows(COLUMNS)
    for warehouse in warehouses:
        samples = own(program, warehouse, [
            "sql", "SELECT samples FROM datasets WHERE dataset = 'large'"])[-1][0]["samples"]
        compare(program, warehouse, samples, say)
    with open(plans, "w") as file:
        for question in questions.QUESTIONS:
            found = plan(program, warehouses[-1], question.words, question.statement)
            file.write(f"{question.name}\n{found}\n\n")


if __name__ == "__main__":
    command_line(main, __doc__, at_least=3)
