#!/usr/bin/env python3
"""Times writing and reading of the same maps by several codecs; prints one table as CSV.

Usage: compare.py LETHE CODEC_BENCH FOLDER
Environment: THREADS=2 REPEATS=5 SIZE=224 PICTURES=4

The maps are those of VGG16's 13 convolutions (random weights) over rendered faces, in float32. Sides
take turns: h5py by its filters, with blosc if the package hdf5plugin is there, and Lethe by each of its
codecs; all with the same chunks, from memory to a closed file and back into memory, unsynchronised.
"""
import os
import statistics
import subprocess
import tempfile
import time

import h5py
import numpy as np
import vgg
from measuring import THREADS, Rows, command_line, turns
from study import Study

try:
    import hdf5plugin
except ImportError:
    hdf5plugin = None

REPEATS = int(os.environ.get("REPEATS", "5"))
SIZE = os.environ.get("SIZE", "224")
PICTURES = int(os.environ.get("PICTURES", "4"))
COLUMNS = ["codec", "ratio", "write_mb_s", "write_least", "write_most", "read_mb_s", "read_least",
           "read_most", "zeros", "megabytes"]


def make_maps(lethe, folder):
    """The file of maps that all sides start from: what lethe ingest stored, unpacked."""
    study = Study(lethe, folder, SIZE, PICTURES, per_person=1)
    study.ingest(study.base, "pooled,maps:f32", "--layer", ",".join(vgg.CONVOLUTIONS))
    maps = os.path.join(folder, "maps.h5")
    with h5py.File(maps, "w") as target:
        for where, _, names in os.walk(os.path.join(study.base, "arrays")):
            for name in names:
                with h5py.File(os.path.join(where, name)) as source:
                    for layer, group in source["layers"].items():
                        if "maps" in group:
                            target.create_dataset(layer, data=group["maps"][:PICTURES],
                                                  chunks=group["maps"].chunks)
    return maps


class Peer:
    """A filter pipeline of h5py's."""

    def __init__(self, maps, output, **options):
        self.output, self.options = output, options
        with h5py.File(maps) as file:
            self.layers = {name: (array[:], array.chunks) for name, array in file.items()}
        self.targets = {name: np.full_like(values, -1) for name, (values, _) in self.layers.items()}

    def __call__(self):
        if os.path.exists(self.output):
            os.remove(self.output)
        start = time.perf_counter()
        with h5py.File(self.output, "w") as file:
            for name, (values, chunks) in self.layers.items():
                file.create_dataset(name, data=values, chunks=chunks, **self.options)
        written = time.perf_counter()
        with h5py.File(self.output) as file:
            for name, target in self.targets.items():
                file[name].read_direct(target)
        read = time.perf_counter()
        for name, (values, _) in self.layers.items():
            if not np.array_equal(values.view(np.uint32), self.targets[name].view(np.uint32)):
                raise SystemExit(f"{name} came back otherwise")
        return written - start, read - written, os.path.getsize(self.output)


def sides(bench, maps, folder):
    output = os.path.join(folder, "output.h5")

    def ours(codec):
        reply = subprocess.run([bench, maps, output, codec, THREADS], check=True,
                               capture_output=True, text=True).stdout.split()
        return float(reply[0]), float(reply[1]), int(reply[2])

    found = {"h5py, gzip-1 + shuffle": Peer(maps, output, compression="gzip", compression_opts=1,
                                            shuffle=True)}
    if hdf5plugin:
        found["h5py, blosc-lz4 + shuffle"] = Peer(
            maps, output, **hdf5plugin.Blosc("lz4", 5, hdf5plugin.Blosc.SHUFFLE))
        found["h5py, blosc-zstd-1 + shuffle"] = Peer(
            maps, output, **hdf5plugin.Blosc("zstd", 1, hdf5plugin.Blosc.SHUFFLE))
    found["Lethe, deflate"] = lambda: ours("deflate")
    found["Lethe, relu"] = lambda: ours("relu")
    return found


def main(lethe, bench, folder):
    say = Rows(COLUMNS)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        maps = make_maps(os.path.abspath(lethe), scratch)
        with h5py.File(maps) as file:
            raw = sum(array.size * 4 for array in file.values())
            zeros = sum(int((array[:] == 0).sum()) for array in file.values()) * 4 / raw
        for name, rows in turns(sides(bench, maps, scratch), REPEATS).items():
            rates = [[raw / row[index] / 1e6 for row in rows] for index in (0, 1)]
            cells = [f"{value:.0f}" for part in rates
                     for value in (statistics.median(part), min(part), max(part))]
            say(codec=name, ratio=f"{raw / rows[0][2]:.2f}", **dict(zip(COLUMNS[2:8], cells)),
                zeros=f"{zeros:.3f}", megabytes=f"{raw / 1e6:.0f}")


if __name__ == "__main__":
    command_line(main, __doc__, 3)
