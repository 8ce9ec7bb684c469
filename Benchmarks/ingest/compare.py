#!/usr/bin/env python3
"""Times whole ingests of the same pictures, and reading one layer back; prints one table as CSV.

Usage: compare.py LETHE FOLDER
Environment: THREADS=2 REPEATS=3 SIZES=64:256:32,224:48:8 (pixels, pictures, batch of PyTorch)

Sides take turns: lethe ingest with its default tiers and with all maps in float32 (whole processes,
weights read each time), PyTorch's hooks with h5py, by gzip-1 and uncompressed (without start and
weights). `relative_l2` is the distance of conv5_3 between Lethe and PyTorch. FOLDER is for scratch.
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

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "forward"))
import vgg  # noqa: E402

THREADS = os.environ.get("THREADS", "2")
REPEATS = int(os.environ.get("REPEATS", "3"))
SIZES = os.environ.get("SIZES", "64:256:32,224:48:8")
LAYER = "conv5_3"


def run(command):
    """Standard output, seconds, and the peak of resident memory in MB (looked at 50 times a second)."""
    with tempfile.TemporaryFile("w+") as output:
        start, peak = time.perf_counter(), 0
        process = subprocess.Popen(command, stdout=output)
        while process.poll() is None:
            with open(f"/proc/{process.pid}/status") as file:
                peak = max([peak] + [int(line.split()[1]) for line in file if "VmHWM" in line])
            time.sleep(0.02)
        seconds = time.perf_counter() - start
        if process.returncode:
            raise SystemExit(f"{command[0]} failed: {' '.join(command)}")
        output.seek(0)
        return output.read(), seconds, peak // 1024


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(where, name))
               for where, _, names in os.walk(folder) for name in names)


class Sides:
    """The same pictures and weights for both programs."""

    def __init__(self, lethe, folder, size, pictures, batch):
        self.lethe, self.folder, self.size, self.batch = lethe, folder, size, batch
        faces, self.weights = os.path.join(folder, "faces"), os.path.join(folder, "weights")
        run([lethe, "-q", "faces", faces, "--people", str(int(pictures) // 8), "--per-person", "8",
             "--size", size])
        vgg.write_weights(self.weights, int(size), seed=int(size))
        network = os.path.join(folder, "vgg16.onnx")
        vgg.write_onnx(network, vgg.read_weights(self.weights, int(size)), int(size), False)
        self.base = os.path.join(folder, "base")
        run([lethe, "-q", "-w", self.base, "dataset", "add", "faces", faces])
        run([lethe, "-q", "-w", self.base, "model", "add", "vgg", network, "--task", "thing",
             "--classes", ",".join(f"c{number}" for number in range(1000)), "--preprocess", "unit"])
        os.remove(network)
        paths, _, _ = run([lethe, "-q", "-w", self.base, "sql", "--csv",
                           "SELECT path FROM samples ORDER BY sample_id"])
        self.list = os.path.join(folder, "pictures")
        with open(self.list, "w") as file:
            file.writelines(os.path.join(faces, path) + "\n" for path in paths.split()[1:])

    def ingest(self, keep):
        """Seconds, peak MB, MB written."""
        warehouse = os.path.join(self.folder, "warehouse")
        shutil.rmtree(warehouse, ignore_errors=True)
        shutil.copytree(self.base, warehouse)
        os.sync()
        before = folder_bytes(warehouse)
        _, seconds, peak = run([self.lethe, "-q", "-w", warehouse, "ingest", "--keep", keep,
                                "--threads", THREADS])
        return seconds, peak, (folder_bytes(warehouse) - before) / 1e6

    def hooks(self, compression):
        output = os.path.join(self.folder, "hooks.h5")
        if os.path.exists(output):
            os.remove(output)
        os.sync()
        reply, _, peak = run([sys.executable, os.path.join(HERE, "hooks.py"), self.weights, self.list,
                              self.size, self.batch, THREADS, compression, output])
        return float(reply), peak, os.path.getsize(output) / 1e6

    def export(self):
        output = os.path.join(self.folder, "layer.npy")
        _, seconds, peak = run([self.lethe, "-q", "-w", os.path.join(self.folder, "warehouse"),
                                "export", "npy", "--layer", LAYER, "--tier", "maps", "--model", "vgg",
                                "-o", output])
        return seconds, peak, os.path.getsize(output) / 1e6

    def read(self):
        start = time.perf_counter()
        with h5py.File(os.path.join(self.folder, "hooks.h5")) as file:
            self.read_back = file[LAYER][:]
        return time.perf_counter() - start, 0, self.read_back.nbytes / 1e6


def compare(sides, pictures, say):
    first = [("Lethe, pooled and bits", lambda: sides.ingest("pooled,bits")),
             ("PyTorch + h5py, uncompressed", lambda: sides.hooks("none")),
             ("Lethe, all maps in float32", lambda: sides.ingest("pooled,maps:f32")),
             ("PyTorch + h5py, gzip", lambda: sides.hooks("gzip"))]
    # The last two of these leave what is read back.
    second = [("Lethe, one layer to a file", sides.export), ("h5py, one layer", sides.read)]
    for part in [first, second]:
        found = {name: [] for name, _ in part}
        for number in range(REPEATS + 1):
            for name, side in part:
                measured = side()
                if number:
                    found[name].append(measured)
        if part is second:
            ours = np.load(os.path.join(sides.folder, "layer.npy"))
            error = np.linalg.norm(ours - sides.read_back) / np.linalg.norm(sides.read_back)
        for name, rows in found.items():
            times, peaks, sizes = zip(*rows)
            median = statistics.median(times)
            say([sides.size, name, f"{median:.3f}", f"{min(times):.3f}", f"{max(times):.3f}",
                 f"{int(pictures) / median:.2f}", max(peaks) or "", f"{sizes[0]:.1f}",
                 f"{error:.1e}" if part is second and name.startswith("Lethe") else ""])


def main(lethe, folder):
    writer = csv.writer(sys.stdout)
    writer.writerow(["size", "program", "median_s", "least_s", "most_s", "pictures_per_s", "peak_mb",
                     "written_mb", "relative_l2"])

    def say(values):
        writer.writerow(values)
        sys.stdout.flush()

    for text in SIZES.split(","):
        size, pictures, batch = text.split(":")
        with tempfile.TemporaryDirectory(dir=folder) as work:
            compare(Sides(os.path.abspath(lethe), work, size, pictures, batch), pictures, say)


main(*sys.argv[1:])
