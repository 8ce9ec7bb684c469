#!/usr/bin/env python3
"""Times writing and reading of the same maps by several codecs; prints one table as CSV.

Usage: compare.py LETHE CODEC_BENCH FOLDER
Environment: THREADS=2 REPEATS=5 SIZE=224 PICTURES=4

The maps are those of VGG16's 13 convolutions (random weights) over rendered faces, in float32. Sides
take turns: h5py by its filters, with blosc if the package hdf5plugin is there, and Lethe by each of its
codecs; all with the same chunks, from memory to a closed file and back into memory, unsynchronised.
"""
import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

try:
    import hdf5plugin
except ImportError:
    hdf5plugin = None

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "forward"))
import vgg  # noqa: E402

THREADS = os.environ.get("THREADS", "2")
REPEATS = int(os.environ.get("REPEATS", "5"))
SIZE = os.environ.get("SIZE", "224")
PICTURES = int(os.environ.get("PICTURES", "4"))


def make_maps(lethe, folder):
    """The file of maps that all sides start from: what lethe ingest stored, unpacked."""
    def run(*arguments):
        subprocess.run([lethe, "-q", *arguments], check=True, stdout=subprocess.DEVNULL)

    faces, warehouse = os.path.join(folder, "faces"), os.path.join(folder, "warehouse")
    weights, network = os.path.join(folder, "weights"), os.path.join(folder, "vgg16.onnx")
    run("faces", faces, "--people", str(PICTURES), "--per-person", "1", "--size", SIZE)
    vgg.write_weights(weights, int(SIZE), seed=int(SIZE))
    vgg.write_onnx(network, vgg.read_weights(weights, int(SIZE)), int(SIZE), False)
    run("-w", warehouse, "dataset", "add", "faces", faces)
    run("-w", warehouse, "model", "add", "vgg", network, "--task", "thing", "--classes",
        ",".join(f"c{number}" for number in range(1000)), "--preprocess", "unit")
    os.remove(network)
    run("-w", warehouse, "ingest", "--keep", "pooled,maps:f32", "--layer",
        ",".join(vgg.CONVOLUTIONS), "--threads", THREADS)
    maps = os.path.join(folder, "maps.h5")
    with h5py.File(maps, "w") as target:
        for where, _, names in os.walk(os.path.join(warehouse, "arrays")):
            for name in names:
                with h5py.File(os.path.join(where, name)) as source:
                    for layer, group in source["layers"].items():
                        if "maps" in group:
                            target.create_dataset(layer, data=group["maps"][:PICTURES],
                                                  chunks=group["maps"].chunks)
    shutil.rmtree(warehouse)
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
    writer = csv.writer(sys.stdout)
    writer.writerow(["codec", "ratio", "write_mb_s", "write_least", "write_most", "read_mb_s",
                     "read_least", "read_most", "zeros", "megabytes"])
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        maps = make_maps(lethe, scratch)
        with h5py.File(maps) as file:
            raw = sum(array.size * 4 for array in file.values())
            zeros = sum(int((array[:] == 0).sum()) for array in file.values()) * 4 / raw
        programs = sides(bench, maps, scratch)
        found = {name: [] for name in programs}
        for number in range(REPEATS + 1):
            for name, side in programs.items():
                measured = side()
                # The first round warms up.
                if number:
                    found[name].append(measured)
        for name, rows in found.items():
            rates = [[raw / row[index] / 1e6 for row in rows] for index in (0, 1)]
            cells = [f"{value:.0f}" for part in rates
                     for value in (statistics.median(part), min(part), max(part))]
            writer.writerow([name, f"{raw / rows[0][2]:.2f}", *cells, f"{zeros:.3f}",
                             f"{raw / 1e6:.0f}"])


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
