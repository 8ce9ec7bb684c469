#!/usr/bin/env python3
"""Times relevance of VGG16 (epsilon-plus-flat) here and in zennit, in turns, and prints one table.

Usage: compare.py RELEVANCE-BENCH          environment: THREADS=2 REPEATS=5

Both sides get the same random weights and pictures, the same number of threads, and one run that is
not counted. zennit runs with PyTorch's two memory layouts; the speed-up is over the faster one.
On a machine that has other work, processor seconds say more than the clock; with THREADS=1 they hold
no waiting.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import torch
from measuring import Rows, turns
from torch import nn
from zennit.attribution import Gradient
from zennit.composites import EpsilonPlusFlat

THREADS = int(os.environ.get("THREADS", "2"))
COLUMNS = ["size", "batch", "program", "median_s", "least_s", "most_s", "processor_s",
           "pictures_per_s", "times_faster", "times_least", "times_most", "times_less_processor",
           "peak_mb", "relative_l2"]
REPEATS = int(os.environ.get("REPEATS", "5"))
CHANNELS = [64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0]


def vgg16(size):
    layers, channels = [], 3
    for outputs in CHANNELS:
        if outputs:
            layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.ReLU()]
            channels = outputs
        else:
            layers.append(nn.MaxPool2d(2))
    layers += [nn.Flatten(), nn.Linear(512 * (size // 32) ** 2, 4096), nn.ReLU(), nn.Dropout(),
               nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 1000)]
    network = nn.Sequential(*layers).eval().requires_grad_(False)
    for layer in network:
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(layer.weight)
            nn.init.normal_(layer.bias, std=0.01)
    return network


def processor_seconds(process):
    with open(f"/proc/{process}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def timed(run, process):
    """Seconds by the clock and of processor time that a run takes in a process."""
    before, start = processor_seconds(process), time.perf_counter()
    run()
    return time.perf_counter() - start, processor_seconds(process) - before


def compare(program, size, batch, folder, say):
    torch.manual_seed(size)
    network, pictures = vgg16(size), torch.randn(batch, 3, size, size)
    paths = [os.path.join(folder, name) for name in ["weights", "input", "relevance"]]
    with open(paths[0], "wb") as file:
        for parameter in network.parameters():
            file.write(parameter.numpy().tobytes())
    pictures.numpy().tofile(paths[1])
    start = torch.eye(1000)[:batch]
    peer = subprocess.Popen([program, str(size), str(batch), str(THREADS), *paths], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert peer.stdout.readline() == "ready\n"

    def here():
        peer.stdin.write("run\n")
        peer.stdin.flush()
        peer.stdout.readline()

    relevance = {}

    def zennit(layout):
        network.to(memory_format=layout)
        with Gradient(network, composite=EpsilonPlusFlat()) as attributor:
            data = pictures.to(memory_format=layout)
            return timed(lambda: relevance.update(
                {layout: attributor(data, lambda output: output * start)[1]}), os.getpid())

    sides = {"Lethe": lambda: timed(here, peer.pid), "zennit": lambda: zennit(torch.contiguous_format),
             "zennit channels-last": lambda: zennit(torch.channels_last)}
    times = turns(sides, REPEATS)
    with open(f"/proc/{peer.pid}/status") as file:
        own_peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM"))
    peer.communicate()
    peaks = {"Lethe": own_peak, None: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss}
    ours = np.fromfile(paths[2], np.float32).reshape(batch, 3, size, size)
    theirs = relevance[torch.contiguous_format].numpy()
    error = np.linalg.norm((ours - theirs).ravel()) / np.linalg.norm(theirs.ravel())
    # Sums of random weights come close to zero: at 224 pixels single precision does this much.
    if not error < 1e-2:
        raise SystemExit(f"the relevance is {error:.1e} away from zennit's")
    medians = {name: [statistics.median(column) for column in zip(*t)] for name, t in times.items()}
    faster = min((name for name in times if name != "Lethe"), key=lambda name: medians[name][0])
    ratios = [seconds / medians["Lethe"][0] for seconds, _ in times[faster]]
    less = min(m[1] for name, m in medians.items() if name != "Lethe") / medians["Lethe"][1]
    for name, t in times.items():
        clock, processor = medians[name]
        row = {}
        if name == "Lethe":
            row = {"times_faster": f"{statistics.median(ratios):.2f}",
                   "times_least": f"{min(ratios):.2f}", "times_most": f"{max(ratios):.2f}",
                   "times_less_processor": f"{less:.2f}", "relative_l2": f"{error:.1e}"}
        say(size=size, batch=batch, program=name, median_s=f"{clock:.3f}",
            least_s=f"{min(t)[0]:.3f}", most_s=f"{max(t)[0]:.3f}", processor_s=f"{processor:.3f}",
            pictures_per_s=f"{batch / clock:.2f}",
            peak_mb=f"{peaks.get(name, peaks[None]) / 1024:.0f}", **row)


torch.set_num_threads(THREADS)
say = Rows(COLUMNS)
with tempfile.TemporaryDirectory() as folder:
    for size, batch in [(64, 8), (224, 4)]:
        compare(os.path.abspath(sys.argv[1]), size, batch, folder, say)
