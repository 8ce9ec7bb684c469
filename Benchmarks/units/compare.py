#!/usr/bin/env python3
"""Times questions about units, and reading back, beside what is done without Lethe.

Usage: compare.py LETHE STORE-BENCH FOLDER
Environment: THREADS=2 REPEATS=5 SIZE=64 PICTURES=1024 BATCH=32

A VGG16 with random weights has been run over rendered faces, and all maps are stored (float32,
deflate). Questions (asking.py) go to lethe neurons, as whole processes, with the index that it makes
once and without; to h5py and NumPy over the same files, timed with and without the start of Python; and
to PyTorch, which runs the network over all pictures again, timed without its start. Answers must be equal: to
the scan's the ids, and values to 1e-6; to PyTorch's the values to 1e-4, since it computes otherwise.
Reading back is store.read and h5py, from the same files into memory; their bits must be equal.
"""
import csv
import json
import os
import statistics
import sys
import tempfile

import asking
import numpy as np
import vgg
from measuring import HERE, THREADS, Rows, command_line, run, spread, turns
from study import Study

REPEATS = int(os.environ.get("REPEATS", "5"))
SIZE, PICTURES, BATCH = (int(os.environ.get(name, value)) for name, value in
                         [("SIZE", "64"), ("PICTURES", "1024"), ("BATCH", "32")])
INDEXED, BARE, AGAIN = "Lethe, index", "Lethe, no index", "PyTorch over all pictures"
SCAN, WHOLE_SCAN = "h5py + NumPy scan", "h5py + NumPy scan, whole process"
WIDE = "conv3_3"
# What is read: a name, layers, position, channel.
READINGS = [("read: one layer", WIDE, "all", "all"), ("read: one channel", WIDE, "all", "7"),
            ("read: one picture, all layers", ",".join(vgg.CONVOLUTIONS), "20", "all")]
COLUMNS = ["question", "program", "median_s", "least_s", "most_s", "times_faster", "times_least",
           "times_most", "peak_mb", "megabytes"]


def script(name, *arguments):
    return run([sys.executable, os.path.join(HERE, "units", name), *arguments])


class Asker:
    """A question to one program; keeps its last answer."""

    def __init__(self, ask):
        self.ask = ask

    def __call__(self):
        seconds, self.answer, peak = self.ask()
        return seconds, peak


def lethe(study, warehouse, question, *options):
    def ask():
        found = study.ask(warehouse, *question.words(), "--model", "vgg", "--split", "all", "-k",
                          asking.COUNT, "--threads", THREADS, "--csv", *options)
        rows = list(csv.DictReader(found.text.splitlines()))
        value = "activation" if question.like is None else "distance"
        return found.seconds, ([int(row["sample_id"]) for row in rows],
                               [float(row[value]) for row in rows]), found.peak_mb
    return Asker(ask)


def scan(warehouse, number, whole_scans):
    def ask():
        found = script("scan.py", warehouse, number)
        reply = json.loads(found.text)
        whole_scans.append((found.seconds, found.peak_mb))
        return reply["seconds"], (reply["ids"], reply["values"]), found.peak_mb
    return Asker(ask)


class Again:
    """PyTorch: one pass that answers all questions, each of which is charged with it."""

    def __init__(self, study):
        self.study = study

    def __call__(self):
        study = self.study
        found = script("rerun.py", study.weights, study.list, study.size, BATCH, THREADS)
        return json.loads(found.text), found.peak_mb


def check(question, answers):
    """Ends the benchmark if one program answers otherwise than the index."""
    if INDEXED not in answers:
        raise SystemExit(f"{question.name}: Lethe has no answer")
    ids, values = answers[INDEXED]
    if len(ids) != asking.COUNT:
        raise SystemExit(f"{question.name}: {len(ids)} pictures were found")
    for name, (other, numbers) in answers.items():
        if name == AGAIN:
            # Two pictures that are closer than the tolerance may change places.
            same = np.allclose(values, numbers, rtol=1e-4)
        else:
            same = other == ids and np.allclose(values, numbers, rtol=1e-6)
        if not same:
            raise SystemExit(f"{question.name}: {name} answers {other} {numbers}, not {ids} {values}")


def say_times(say, question, found, ours, **more):
    """A row a program: seconds, and how many times faster `ours` was."""
    mine = statistics.median(seconds for seconds, _ in found[ours]) if ours in found else None
    for name, measured in found.items():
        seconds, peaks = zip(*measured)
        row = dict(zip(["median_s", "least_s", "most_s"], spread(seconds, 4)))
        if mine and not name.startswith("Lethe"):
            row |= dict(zip(["times_faster", "times_least", "times_most"],
                            spread([each / mine for each in seconds], 2)))
        say(question=question, program=name, peak_mb=f"{max(peaks):.0f}", **row, **more)


def ask_all(study, warehouse, say):
    again = turns({AGAIN: Again(study)}, max(1, REPEATS // 2))
    for number, question in enumerate(asking.QUESTIONS):
        whole_scans = []
        sides = {INDEXED: lethe(study, warehouse, question),
                 BARE: lethe(study, warehouse, question, "--no-index"),
                 SCAN: scan(warehouse, number, whole_scans)}
        found = turns(sides, REPEATS)
        answers = {name: sides[name].answer for name in found}
        if SCAN in found:
            found[WHOLE_SCAN] = whole_scans[-REPEATS:]
        if AGAIN in again:
            passes = [(replies[number], peak) for replies, peak in again[AGAIN]]
            found[AGAIN] = [(reply["seconds"], peak) for reply, peak in passes]
            answers[AGAIN] = passes[-1][0]["ids"], passes[-1][0]["values"]
        check(question, answers)
        say_times(say, question.name, found, INDEXED)


def read_all(bench, warehouse, folder, say):
    for name, layers, position, channel in READINGS:
        outputs = [os.path.join(folder, side) for side in ["ours", "theirs"]]

        def ours(threads, output="-"):
            found = run([bench, warehouse, "vgg", layers, position, channel, threads, output])
            return float(found.text), found.peak_mb

        def theirs(output="-"):
            found = script("read.py", warehouse, "vgg", layers, position, channel, output)
            return float(found.text), found.peak_mb

        ours(THREADS, outputs[0])
        theirs(outputs[1])
        one, other = (np.fromfile(output, np.uint32) for output in outputs)
        if not np.array_equal(one, other):
            raise SystemExit(f"{name}: the two programs read other values")
        threaded = f"Lethe, {THREADS} threads"
        sides = {threaded: lambda: ours(THREADS), "Lethe, 1 thread": lambda: ours(1),
                 "h5py": theirs}
        say_times(say, name, turns(sides, REPEATS), threaded, megabytes=f"{one.nbytes / 1e6:.1f}")


def main(program, bench, folder):
    say = Rows(COLUMNS)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        study = Study(os.path.abspath(program), work, SIZE, PICTURES)
        warehouse = study.base
        study.ingest(warehouse, "pooled,maps:f32")

        def index():
            found = study.ask(warehouse, "neurons", "index", asking.LAYER, "--positions", "--force",
                              "--model", "vgg", "--dataset", "faces", "--threads", THREADS)
            return found.seconds, found.peak_mb

        def start():
            found = study.ask(warehouse, "sql", "SELECT dataset FROM datasets")
            return found.seconds, found.peak_mb

        say_times(say, "start: sql, to the first row", turns({"Lethe": start}, 2 * REPEATS), "Lethe")
        say_times(say, f"index of {asking.LAYER}", turns({"Lethe": index}, 2), "Lethe")
        ask_all(study, warehouse, say)
        read_all(os.path.abspath(bench), warehouse, work, say)


if __name__ == "__main__":
    command_line(main, __doc__, 3)
