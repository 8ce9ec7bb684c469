#!/usr/bin/env python3
"""Times whole ingests of the same pictures beside PyTorch's hooks with h5py, and beside the bare network.

Usage: compare.py LETHE FORWARD-BENCH FOLDER
Environment: THREADS=2 REPEATS=3 SIZES=64:256:32,224:48:8 (pixels, pictures, batch)

Sides take turns, each as a whole process: lethe ingest by what it keeps, and PyTorch's hooks with h5py,
by gzip-1 and uncompressed. Each also runs over one batch alone. What the pictures beyond that batch
took gives the rate, of both sides alike; what is left of the whole is the start: programs and weights
read, weights arranged. The bare network is forward-bench with all convolutions kept, in batches, from
pictures in memory. Values that were stored are compared with those of the uncompressed file.
FOLDER is for scratch.
"""
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

import h5py
import numpy as np
from measuring import HERE, THREADS, Absent, Rows, folder_bytes, command_line, run, spread, turns
from study import Study

REPEATS = int(os.environ.get("REPEATS", "3"))
SIZES = os.environ.get("SIZES", "64:256:32,224:48:8")
LAYER = "conv5_3"
BARE, PLAIN, GZIP = "bare network", "PyTorch + h5py, uncompressed", "PyTorch + h5py, gzip"
# What is kept, and which stored values are compared.
OURS = {
    "Lethe, pooled and bits": (["pooled,bits"], "pooled"),
    "Lethe, pooled": (["pooled"], "pooled"),
    "Lethe, all maps, deflate": (["pooled,maps:f32"], "maps"),
    "Lethe, all maps, relu": (["pooled,maps:f32", "--codec", "relu"], "maps"),
}
COLUMNS = ["size", "pictures", "batch", "program", "median_s", "least_s", "most_s", "start_s",
           "pictures_per_s", "of_bare", "of_bare_least", "of_bare_most", "peak_mb", "written_mb",
           "relative_l2"]


class Bare:
    """The network alone; a turn goes over as many pictures as an ingest, in batches."""

    def __init__(self, bench, study, batch):
        self.batches, self.batch = -(-study.pictures // batch), batch
        pictures = os.path.join(study.folder, "batch")
        np.random.default_rng(1).random((batch, 3, study.size, study.size), np.float32).tofile(
            pictures)
        self.process = subprocess.Popen(
            [bench, "layers", str(study.size), str(batch), THREADS, study.weights, pictures,
             os.path.join(study.folder, "bare")], text=True, stdin=subprocess.PIPE,
            stdout=subprocess.PIPE)
        if self.process.stdout.readline() != "ready\n":
            raise SystemExit("forward-bench ended without a word")

    def __call__(self):
        """Seconds a picture."""
        seconds = 0
        for _ in range(self.batches):
            print("run", file=self.process.stdin, flush=True)
            seconds += float(self.process.stdout.readline())
        return seconds / (self.batches * self.batch)

    def close(self):
        """The most memory that it had resident, in MB."""
        with open(f"/proc/{self.process.pid}/status") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        self.process.communicate()
        return peak / 1024


class Ingest:
    """An ingest by Lethe: of all pictures, or of those of the small study alone."""

    def __init__(self, name, study, small):
        self.keep, self.tier = OURS[name]
        self.study, self.small = study, small
        self.warehouse = os.path.join(study.folder, "warehouse")

    def __call__(self):
        """Seconds of all, seconds of one batch, peak MB, MB written."""
        one = self.of(self.small).seconds
        whole = self.of(self.study)
        written = folder_bytes(self.warehouse) - folder_bytes(self.study.base)
        return whole.seconds, one, whole.peak_mb, written / 1e6

    def of(self, study):
        shutil.rmtree(self.warehouse, ignore_errors=True)
        shutil.copytree(study.base, self.warehouse)
        os.sync()
        return study.ingest(self.warehouse, *self.keep)

    def values(self):
        """What was stored of a layer."""
        self()
        output = os.path.join(self.study.folder, "layer.npy")
        self.study.ask(self.warehouse, "export", "npy", "--layer", LAYER, "--tier", self.tier,
                       "--model", "vgg", "-o", output)
        return np.load(output)


class Hooks:
    """The same by hooks and h5py."""

    def __init__(self, compression, study, batch):
        self.compression, self.study, self.batch = compression, study, batch
        self.output = os.path.join(study.folder, f"hooks-{compression}.h5")

    def __call__(self):
        one, whole = self.of(self.batch).seconds, self.of(self.study.pictures)
        return whole.seconds, one, whole.peak_mb, os.path.getsize(self.output) / 1e6

    def of(self, pictures):
        if os.path.exists(self.output):
            os.remove(self.output)
        os.sync()
        study = self.study
        return run([sys.executable, os.path.join(HERE, "ingest", "hooks.py"), study.weights,
                    study.list, study.size, self.batch, pictures, THREADS, self.compression,
                    self.output])


def distances(sides):
    """Relative L2 distances of what Lethe stored to what the hooks did."""
    right = {}
    if PLAIN in sides:
        with h5py.File(sides[PLAIN].output) as file:
            maps = file[LAYER][:]
        right = {"maps": maps, "pooled": np.stack(
            [maps.mean((2, 3), dtype=np.float64), maps.max((2, 3))], -1)}
    if right and GZIP in sides:
        with h5py.File(sides[GZIP].output) as file:
            if not np.array_equal(file[LAYER][:], maps):
                raise SystemExit("the two files of h5py differ")
    found = {}
    for name, side in sides.items():
        if isinstance(side, Ingest) and side.tier in right:
            values = side.values()
            found[name] = np.linalg.norm(values - right[side.tier]) / np.linalg.norm(
                right[side.tier])
            if not found[name] < 1e-4:
                raise SystemExit(f"{name} is {found[name]:.1e} away from PyTorch")
    return found


def compare(lethe, bench, folder, size, pictures, batch, say):
    study = Study(lethe, os.path.join(folder, "all"), size, pictures)
    small = Study(lethe, os.path.join(folder, "one"), size, batch)
    bare = Bare(bench, study, batch)
    sides = {BARE: bare, **{name: Ingest(name, study, small) for name in OURS},
             PLAIN: Hooks("none", study, batch), GZIP: Hooks("gzip", study, batch)}
    # Each turn is a process that begins cold, after all files were just written.
    found = turns(sides, REPEATS, warm_up=0)
    sides = {name: sides[name] for name in found}
    place = {"size": size, "pictures": pictures, "batch": batch}
    per_picture = found.pop(BARE)
    median = statistics.median(per_picture)
    say(**place, program=BARE, **times([pictures * seconds for seconds in per_picture]),
        pictures_per_s=f"{1 / median:.2f}", peak_mb=f"{bare.close():.0f}")
    apart = distances(sides)
    for name, measured in found.items():
        whole, one, peaks, written = zip(*measured)
        beyond = pictures - batch
        # Of each turn, the time that a picture takes beyond the first batch.
        each = [(a - b) / beyond for a, b in zip(whole, one)]
        shares = [bare / mine for bare, mine in zip(per_picture, each)]
        rate = 1 / statistics.median(each)
        share = dict(zip(["of_bare", "of_bare_least", "of_bare_most"], spread(shares)))
        say(**place, program=name, **times(whole), **share,
            start_s=f"{statistics.median(whole) - pictures / rate:.3f}",
            pictures_per_s=f"{rate:.2f}", peak_mb=f"{max(peaks):.0f}",
            written_mb=f"{written[0]:.1f}",
            relative_l2=f"{apart[name]:.1e}" if name in apart else "")


def times(values):
    return dict(zip(["median_s", "least_s", "most_s"], spread(values)))


def main(lethe, bench, folder):
    say = Rows(COLUMNS)
    for text in SIZES.split(","):
        size, pictures, batch = map(int, text.split(":"))
        if pictures <= batch:
            raise SystemExit(f"{text}: give more pictures than a batch has")
        with tempfile.TemporaryDirectory(dir=folder) as work:
            try:
                compare(os.path.abspath(lethe), os.path.abspath(bench), work, size, pictures, batch,
                        say)
            except Absent as reason:
                print(f"absent: {size}: {reason}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    command_line(main, __doc__, 3)
