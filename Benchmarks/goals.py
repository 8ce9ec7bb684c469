#!/usr/bin/env python3
"""What Lethe sets out to reach beside its peers, and what the benchmarks found.

Usage: goals.py FOLDER [PAGE]

FOLDER has a folder for each benchmark, with what it measured. Prints a table as text: what, beside
whom, the goal, what was reached (the median and the range of the turns), and whether that meets it.
PAGE gets the same table in Markdown. What was not measured is said to be missing.
"""
import dataclasses
import os
import sys

import page

CONVOLUTIONS_KEPT = {"kind": "layers", "size": "224", "batch": "8"}


@dataclasses.dataclass
class Reached:
    """A figure: its median, and its least and most."""
    median: float
    least: float = None
    most: float = None

    def times(self, factor):
        return Reached(*(value and value * factor for value in (self.median, self.least, self.most)))


@dataclasses.dataclass
class Goal:
    """What is to be reached, and where it stands among what was measured."""
    what: str
    beside: str
    at_least: float = None
    at_most: float = None
    unit: str = "×"
    part: str = ""
    find: object = None

    def text(self, value):
        if self.unit == "error":
            return f"{value:.0e}"
        return (f"{value:.0f}" if value >= 100 else f"{value:.3g}") + self.unit

    def aim(self):
        return (f"≥ {self.text(self.at_least)}" if self.at_least is not None
                else f"≤ {self.text(self.at_most)}")

    def line(self, measured):
        rows = measured.get(self.part)
        found = self.find(rows) if rows else None
        if found is None:
            return [self.what, self.beside, self.aim(), "missing", "", "missing"]
        is_met = (found.median >= self.at_least if self.at_least is not None
                  else found.median <= self.at_most)
        least, most = found.least, found.most
        # A range stands where there was more than one turn.
        span = f"{self.text(least)} – {self.text(most)}" if least and most and least < most else ""
        return [self.what, self.beside, self.aim(), self.text(found.median), span,
                "met" if is_met else "missed"]


def only(rows, **values):
    """The one row that has these values; None if there is none."""
    return next((row for row in rows if all(row[name] == value for name, value in values.items())),
                None)


def number(row, name):
    return float(row[name]) if row and row.get(name) else None


def cells(row, *names):
    """A figure from the columns of a row."""
    values = [number(row, name) for name in names]
    return Reached(*values) if row and values[0] is not None else None


def forward(program, **place):
    """How many times faster Lethe is: the turns of the peer over Lethe's median in them."""
    def find(rows):
        row = only(rows, program=program, **place)
        if row is None:
            return None
        ours = float(row["lethe_s"])
        return Reached(float(row["times_faster"]), float(row["least_s"]) / ours,
                       float(row["most_s"]) / ours)
    return find


def best_of(programs, **place):
    """The same beside the fastest of several programs."""
    def find(rows):
        found = [forward(program, **place)(rows) for program in programs]
        return min((one for one in found if one), key=lambda one: one.median, default=None)
    return find


def error(program, **place):
    return lambda rows: cells(only(rows, program=program, **place), "relative_l2")


def of_bare(size):
    def find(rows):
        row = only(rows, size=size, program="Lethe, pooled and bits")
        found = cells(row, "of_bare", "of_bare_least", "of_bare_most")
        return found and found.times(100)
    return find


def beside_hooks(size, column="pictures_per_s"):
    """How many times the rate of hooks with gzip."""
    def find(rows):
        ours = only(rows, size=size, program="Lethe, pooled and bits")
        theirs = only(rows, size=size, program="PyTorch + h5py, gzip")
        if not ours or not theirs:
            return None
        ratio = number(ours, column) / number(theirs, column)
        median = float(theirs["median_s"])
        return Reached(ratio, ratio * float(theirs["least_s"]) / median,
                       ratio * float(theirs["most_s"]) / median)
    return find


def ingest_peak(rows):
    return cells(only(rows, size="224", program="Lethe, pooled and bits"), "peak_mb")


def fits(rows):
    """The slowest of the fits to where the published learning rate ends."""
    found = [cells(row, "ratio", "ratio_least", "ratio_most") for row in rows
             if row["published"] == "1"]
    return min(found, key=lambda one: one.median, default=None)


def question(name, program):
    def find(rows):
        return cells(only(rows, question=name, program=program), "times_faster", "times_least",
                     "times_most")
    return find


def sharing(rows):
    """All multiplications over those that are left when shared prefixes are computed once."""
    done, saved = (sum(float(row[name]) for row in rows) for name in ["gmac", "gmac_saved"])
    return Reached((done + saved) / done) if done else None


def relevance(rows):
    return cells(only(rows, size="224", program="Lethe"), "times_faster", "times_least",
                 "times_most")


def start(rows):
    found = cells(only(rows, question="start: sql, to the first row", program="Lethe"), "median_s",
                  "least_s", "most_s")
    return found and found.times(1000)


TRAINED = ["PyTorch", "PyTorch channels-last", "PyTorch compiled"]
QUESTIONS = ["top: a channel", "top: three channels", "top: a position of a channel",
             "nearest: 512 channels"]

GOALS = [
    Goal("forward, 13 convolutions kept, 224, batch 8", "ONNX Runtime", 3, part="forward",
         find=forward("ONNX Runtime", **CONVOLUTIONS_KEPT)),
    Goal("forward, 13 convolutions kept, 224, batch 8", "OpenVINO", 3, part="forward",
         find=forward("OpenVINO", **CONVOLUTIONS_KEPT)),
    Goal("forward, 13 convolutions kept, 224, batch 8", "MNN", 1.3, part="forward",
         find=forward("MNN", **CONVOLUTIONS_KEPT)),
    Goal("its relative L2 distance, worst layer", "float64", at_most=1e-5, unit="error",
         part="forward", find=error("Lethe", **CONVOLUTIONS_KEPT)),
    *(Goal(f"training step, {size}, batch {batch}", "PyTorch, its fastest", 2.5, part="forward",
           find=best_of(TRAINED, kind="train", size=size, batch=batch))
      for size, batch in [("64", "32"), ("224", "8")]),
    *(Goal(f"whole ingest, pooled and bits, {size}", "the bare network", 85, unit=" %",
           part="ingest", find=of_bare(size)) for size in ["64", "224"]),
    *(Goal(f"whole ingest, pooled and bits, {size}", "PyTorch hooks + h5py gzip", 10, part="ingest",
           find=beside_hooks(size)) for size in ["64", "224"]),
    Goal("its memory at 224: weights (730 MB) and 450 MB", "", at_most=1180, unit=" MB",
         part="ingest", find=ingest_peak),
    Goal("multiplications of a base and six pain rungs, one data set", "each network by itself",
         1.72, part="scale/sharing", find=sharing),
    *(Goal(name, "PyTorch over all pictures", 210, part="units",
           find=question(name, "PyTorch over all pictures")) for name in QUESTIONS),
    Goal("start of lethe sql, to the first row", "", at_most=30, unit=" ms", part="units",
         find=start),
    Goal("a fit of a concept, to the peer's objective, slowest layer", "PyTorch, published optimiser",
         100, part="net2vec", find=fits),
    Goal("relevance, epsilon-plus-flat, 224, batch 4", "zennit, its faster layout", 5,
         part="relevance", find=relevance),
]


def measured(folder):
    """The rows of every benchmark that has run."""
    found = {}
    for part in {goal.part for goal in GOALS}:
        path = os.path.join(folder, (part if "/" in part else f"{part}/{part}") + ".csv")
        if os.path.exists(path):
            found[part] = page.rows(path)
    return found


def aligned(columns, lines):
    widths = [max(len(line[index]) for line in [columns, *lines]) for index in range(len(columns))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip()
                     for line in [columns, *lines])


def main(folder, path=None):
    found = measured(folder)
    columns = ["what", "beside", "goal", "reached", "range", "met"]
    lines = [goal.line(found) for goal in GOALS]
    print(aligned(columns, lines))
    if path:
        page.replace(path, "goals", page.table(columns, lines, right=2))


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
