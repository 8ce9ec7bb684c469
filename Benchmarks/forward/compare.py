#!/usr/bin/env python3
"""Times VGG16 here and in its peers, in turns, and prints one table as CSV.

Usage: compare.py FORWARD-BENCH FOLDER
Environment: THREADS=2 REPEATS=5 TURN_SECONDS=8 CONFIGURATIONS=logits:64:1,… PROGRAMS=MNN,…

Every peer takes turns with Lethe on the same weights and pictures, REPEATS turns, or fewer where they
take more than TURN_SECONDS in all, but two at least; `lethe_s` is Lethe's median in the turns with
that peer. Runs that warm up are not counted: two, or one that is slow. `peak_mb` is the most memory
that a process had resident after them. `relative_l2` is the distance to float64: of the logits (or
of the worst of the layers) of the first picture; of training, the relative error of how far the loss
fell in two steps. FOLDER gets accuracy.csv, a row a layer.
"""
import csv
import os
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import vgg

THREADS = os.environ.get("THREADS", "2")
REPEATS = int(os.environ.get("REPEATS", "5"))
TURN_SECONDS = float(os.environ.get("TURN_SECONDS", "8"))
CONFIGURATIONS = os.environ.get(
    "CONFIGURATIONS",
    ",".join([f"{kind}:{size}:{batch}" for kind in ["logits", "layers"] for size in [64, 224]
              for batch in [1, 8, 32]] + ["train:64:32", "train:224:8"]))
PEERS = os.environ.get(
    "PROGRAMS", "Lethe strict,PyTorch,PyTorch channels-last,PyTorch compiled,ONNX Runtime,OpenVINO,"
    "MNN,ncnn").split(",")
TRAINED = ["PyTorch", "PyTorch channels-last", "PyTorch compiled"]
WARM_UP = 2
COLUMNS = ["kind", "size", "batch", "program", "median_s", "least_s", "most_s", "runs",
           "pictures_per_s", "lethe_s", "times_faster", "peak_mb", "relative_l2"]


class Absent(Exception):
    """A program that cannot be run here."""


class Process:
    """One side, waiting for its turn."""

    def __init__(self, program, arguments, bench):
        numerics = {"Lethe": ["--numerics", "fast"], "Lethe strict": ["--numerics", "strict"]}
        here = os.path.dirname(os.path.abspath(__file__))
        command = ([bench, *arguments, *numerics[program]] if program in numerics
                   else [sys.executable, os.path.join(here, "peers.py"), program, *arguments])
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen(command, text=True, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, stderr=self.errors)
        self.program, self.output, self.losses = program, arguments[-1], []
        if self.process.stdout.readline() != "ready\n":
            self.fail()

    def fail(self):
        self.process.kill()
        self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().strip().splitlines()
        raise Absent(f"{self.program}: {lines[-1] if lines else 'it ended without a word'}")

    def run(self):
        """Seconds of a run."""
        try:
            self.process.stdin.write("run\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            self.fail()
        reply = self.process.stdout.readline().split()
        if not reply:
            self.fail()
        self.losses += map(float, reply[1:])
        # Threads that wait by spinning go to sleep before it is another's turn.
        time.sleep(0.3)
        return float(reply[0])

    def warm_up(self):
        for _ in range(WARM_UP):
            # How far the loss falls takes three steps to tell.
            if self.run() > TURN_SECONDS / 4 and not self.losses:
                break
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as file:
            file.write("5")  # the peak starts again from what is resident now

    def finish(self):
        """The peak of resident memory in MB; afterwards the output is written."""
        with open(f"/proc/{self.process.pid}/status") as file:
            peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
        self.process.communicate()
        return peak // 1024


class Configuration:
    """One kind of run at one size and batch, and what is right."""

    def __init__(self, text, bench, folder):
        self.kind, self.size, self.batch = text.split(":")
        self.bench, self.folder = bench, folder
        size, batch = int(self.size), int(self.batch)
        self.weights = os.path.join(folder, f"weights-{size}")
        if not os.path.exists(self.weights):
            vgg.write_weights(self.weights, size, seed=size)
        # The first picture is the same in all batches.
        self.pictures = os.path.join(folder, f"pictures-{size}-{batch}")
        np.random.default_rng(size).standard_normal(
            (batch, 3, size, size), dtype=np.float32).tofile(self.pictures)
        if self.kind == "train":
            process = self.start("float64")
            for _ in range(3):
                process.run()
            process.finish()
            self.losses = process.losses
        else:
            self.reference = os.path.join(folder, f"reference-{size}")
            if not os.path.exists(self.reference):
                one = os.path.join(folder, f"picture-{size}")
                np.fromfile(self.pictures, np.float32, 3 * size * size).tofile(one)
                process = Process("float64", ["layers", self.size, "1", THREADS, self.weights, one,
                                              self.reference], bench)
                process.run()
                process.finish()

    def start(self, program):
        output = os.path.join(self.folder, "output")
        return Process(program, [self.kind, self.size, self.batch, THREADS, self.weights,
                                 self.pictures, f"{output}-{program}"], self.bench)

    def errors(self, process):
        """Relative distances to float64 by layer, the logits last."""
        if self.kind == "train":
            fall, right = process.losses[0] - process.losses[2], self.losses[0] - self.losses[2]
            return {"loss": abs(fall - right) / abs(right)}
        found, right = np.fromfile(process.output, np.float32), np.fromfile(self.reference)
        if self.kind == "logits":
            right = right[-1000:]
        if found.size != right.size:
            raise Absent(f"{process.program}: {found.size} numbers came, not {right.size}")
        errors, first, side = {}, 0, int(self.size)
        counts = [1000]
        if self.kind == "layers":
            counts = []
            for channels in vgg.CHANNELS:
                counts += [channels * side * side] if channels else []
                side //= 1 if channels else 2
            counts.append(1000)
        for name, count in zip((vgg.CONVOLUTIONS + ["logits"])[-len(counts):], counts):
            part = slice(first, first + count)
            errors[name] = float(np.linalg.norm(found[part] - right[part])
                                 / np.linalg.norm(right[part]))
            first += count
        return errors


def compare(configuration, say, accuracy):
    lethe = configuration.start("Lethe")
    lethe.warm_up()
    all_times = []

    def row(process, times, ours):
        peak = process.finish()
        errors = configuration.errors(process)
        if configuration.kind == "layers":
            accuracy.writerows([configuration.size, configuration.batch, process.program, layer,
                                f"{error:.2e}"] for layer, error in errors.items())
        median = statistics.median(times)
        say([configuration.kind, configuration.size, configuration.batch, process.program,
             f"{median:.4f}", f"{min(times):.4f}", f"{max(times):.4f}", len(times),
             f"{int(configuration.batch) / median:.2f}",
             *([f"{statistics.median(ours):.4f}", f"{median / statistics.median(ours):.2f}"]
               if ours else ["", ""]),
             peak, f"{max(errors.values()):.1e}"])

    for program in PEERS:
        if configuration.kind == "train" and program not in TRAINED:
            continue
        try:
            peer = configuration.start(program)
            peer.warm_up()
            ours, theirs = [], []
            while len(ours) < REPEATS and (len(ours) < 2 or sum(ours + theirs) < TURN_SECONDS):
                ours.append(lethe.run())
                theirs.append(peer.run())
            all_times += ours
            row(peer, theirs, ours)
        except Absent as reason:
            print(f"absent: {reason}", file=sys.stderr, flush=True)
    all_times += [lethe.run() for _ in range(REPEATS if not all_times else 0)]
    row(lethe, all_times, None)


def main(bench, folder):
    writer = csv.writer(sys.stdout)
    writer.writerow(COLUMNS)

    def say(values):
        writer.writerow(values)
        sys.stdout.flush()

    with open(os.path.join(folder, "accuracy.csv"), "w", newline="") as file, \
            tempfile.TemporaryDirectory(dir=folder) as work:
        accuracy = csv.writer(file)
        accuracy.writerow(["size", "batch", "program", "layer", "relative_l2"])
        for text in CONFIGURATIONS.split(","):
            try:
                compare(Configuration(text, os.path.abspath(bench), work), say, accuracy)
            except Absent as reason:
                print(f"absent: {reason}", file=sys.stderr, flush=True)


main(*sys.argv[1:])
