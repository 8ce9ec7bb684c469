#!/usr/bin/env python3
"""Times the commands of a small study of rendered faces; prints one table as CSV.

Usage: measure.py LETHE FOLDER          environment: REPEATS=5

Seconds are those of whole processes, one after the other: the median and the range, after one run that
is not counted. FOLDER is for scratch.
"""
import os
import shutil
import tempfile

from measuring import Rows, command_line, run, spread, turns

REPEATS = int(os.environ.get("REPEATS", "5"))
COLUMNS = ["stage", "median_s", "least_s", "most_s", "processor_s", "peak_mb"]


class Stages:
    """A study of 240 faces in a folder, and a copy of its warehouse from before the ingest."""

    def __init__(self, lethe, folder):
        self.lethe = lethe
        self.warehouse, self.models, self.faces = (
            os.path.join(folder, name) for name in ["warehouse", "models", "faces"])
        for name in ["emotion", "pain"]:
            run([lethe, "-q", "faces", f"{self.faces}-{name}", "--set", name, "--people", 12,
                 "--per-person", 10])
            self.ask("dataset", "add", name, f"{self.faces}-{name}")
        self.ask("ladder", "--width", "0.125", "--dense", "64", "--epochs-emotion", "1",
                 "--epochs-pain", "1", "--epochs-head", "1")
        shutil.copytree(self.warehouse, self.models)

    def ask(self, *arguments):
        return run([self.lethe, "-q", "-w", self.warehouse, *arguments])

    def stages(self):
        """A name, what is removed before, what is put there, and the command."""
        everything = self.warehouse
        yield ("faces-200-of-64px", self.faces, None, lambda: run(
            [self.lethe, "-q", "faces", self.faces, "--people", 10, "--per-person", 20, "--threads",
             1]))
        yield ("dataset-add-120", everything, None, lambda: self.ask(
            "dataset", "add", "emotion", f"{self.faces}-emotion"))
        yield "ingest-13-variants-240", everything, self.models, lambda: self.ask("ingest")
        for name, words in [
                ("ingest-again", ["ingest"]),
                ("sql", ["sql", "SELECT model, avg(correct) FROM predictions GROUP BY 1"]),
                ("score", ["score"]), ("flips", ["flips", "emotion", "emotion-after-pain-b1"]),
                ("verify", ["verify"])]:
            yield name, None, None, lambda words=words: self.ask(*words)


def prepared(gone, copied, command):
    def stage():
        if gone:
            shutil.rmtree(gone, ignore_errors=True)
        if copied:
            shutil.copytree(copied, gone)
        return command()
    return stage


def main(lethe, folder):
    say = Rows(COLUMNS)
    with tempfile.TemporaryDirectory(dir=folder) as work:
        for name, gone, copied, command in Stages(os.path.abspath(lethe), work).stages():
            runs = turns({name: prepared(gone, copied, command)}, REPEATS).get(name)
            if runs:
                say(stage=name, **dict(zip(COLUMNS[1:4], spread([one.seconds for one in runs]))),
                    processor_s=spread([one.processor_s for one in runs])[0],
                    peak_mb=f"{max(one.peak_mb for one in runs):.0f}")


if __name__ == "__main__":
    command_line(main, __doc__, 2)
