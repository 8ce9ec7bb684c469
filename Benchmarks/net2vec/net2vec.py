#!/usr/bin/env python3
"""Times concept embeddings in PyTorch and in Lethe on the same arrays; prints one table as CSV.

Usage: net2vec.py LETHE-BENCH          environment: THREADS=2 REPEATS=3

PyTorch minimises weighted-bce + λ/2·|w|² as the published code goes about it: SGD with momentum
0.9, 30 epochs of batches of 16, weighted sum of the channels first, then bilinear interpolation.
A row is a learning rate: the published 1e-4, and the best of LEARNING_RATES by the objective that
30 epochs end with (the search for it is not timed). Lethe's time is that to PyTorch's objective,
and to the optimum (gradient at 1e-6 of its start). What either does to the packed bits before (a
float32 array; a list of units) serves all concepts of a layer and stands in columns of its own.
"""
import os
import resource
import statistics
import tempfile
import time

import numpy as np
import torch
import torch.nn.functional as F
from measuring import THREADS, Rows, command_line, run, spread

REPEATS = int(os.environ.get("REPEATS", "3"))
COLUMNS = ["layer", "rate", "published", "pytorch_prepare_s", "pytorch_s", "objective",
           "lethe_prepare_s", "lethe_s", "lethe_steps", "ratio", "ratio_least", "ratio_most",
           "optimum_s", "optimum", "optimum_ratio", "pytorch_mb", "lethe_mb"]

PUBLISHED_RATE = 1e-4
LEARNING_RATES = [3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
EPOCHS, BATCH, MOMENTUM, LAMBDA = 30, 16, 0.9, 1e-4
SAMPLES = 300
# name, channels, side of the layer, side of the grid: layers of the demo's networks
CASES = [("128 x 4x4", 128, 4, 32), ("128 x 8x8", 128, 8, 32), ("64 x 16x16", 64, 16, 32)]


def arrays(channels, side, grid, seed):
    """Masks that are discs, and bits of which 0.5 % are on; a tenth of the channels like discs."""
    rng = np.random.default_rng(seed)
    yy, xx = np.mgrid[0:grid, 0:grid]
    centre = rng.uniform(grid / 4, 3 * grid / 4, (SAMPLES, 2, 1, 1))
    radius = rng.uniform(grid / 10, grid / 5, (SAMPLES, 1, 1))
    masks = ((yy - centre[:, 0]) ** 2 + (xx - centre[:, 1]) ** 2 <= radius ** 2)
    low = F.interpolate(torch.tensor(masks[:, None].astype(np.float32)), size=(side, side), mode="area")
    values = rng.normal(size=(SAMPLES, channels, side, side)) + rng.normal(size=(SAMPLES, channels, 1, 1))
    values[:, : channels // 10] += 3 * low.numpy()
    threshold = np.quantile(values, 0.995, axis=(0, 2, 3), keepdims=True)
    return values > threshold, masks


class Problem:
    def __init__(self, bits, masks):
        self.bits = torch.tensor(bits.astype(np.float32))
        self.t = torch.tensor(masks.astype(np.float32))
        self.grid = masks.shape[1:]
        alpha = 1 - masks.mean()
        self.weight = alpha * self.t + (1 - alpha) * (1 - self.t)

    def loss(self, w, rows):
        z = torch.einsum("k,nkyx->nyx", w, self.bits[rows])
        z = F.interpolate(z[:, None], size=self.grid, mode="bilinear", align_corners=True)[:, 0]
        pixels = F.binary_cross_entropy_with_logits(z, self.t[rows], self.weight[rows], reduction="sum")
        return pixels / len(rows) + LAMBDA / 2 * (w * w).sum()

    def descend(self, rate):
        torch.manual_seed(0)
        w = torch.zeros(self.bits.shape[1], requires_grad=True)
        optimiser = torch.optim.SGD([w], rate, momentum=MOMENTUM)
        start = time.perf_counter()
        for _ in range(EPOCHS):
            for rows in torch.randperm(len(self.bits)).split(BATCH):
                optimiser.zero_grad()
                self.loss(w, rows).backward()
                optimiser.step()
        seconds = time.perf_counter() - start
        with torch.no_grad():
            value = self.loss(w, torch.arange(len(self.bits))).item()
        return seconds, value if np.isfinite(value) else np.inf


def fit(bench, folder, numbers):
    """Seconds, objective, steps, seconds of preparation, and the peak of memory in MB."""
    found = run([bench, folder, *numbers])
    return [*map(float, found.text.split()), found.peak_mb]


def main(bench):
    torch.set_num_threads(int(THREADS))
    say = Rows(COLUMNS)
    with tempfile.TemporaryDirectory() as folder:
        for seed, (name, channels, side, grid) in enumerate(CASES):
            bits, masks = arrays(channels, side, grid, seed)
            packed = np.packbits(bits.reshape(SAMPLES, channels, -1), axis=-1, bitorder="little")
            packed.tofile(f"{folder}/bits.bin")
            masks.astype(np.uint8).tofile(f"{folder}/masks.bin")
            start = time.perf_counter()
            unpacked = np.unpackbits(packed, axis=-1, count=side * side, bitorder="little")
            problem = Problem(unpacked.reshape(bits.shape), masks)
            prepared = time.perf_counter() - start
            sizes = [SAMPLES, channels, side, grid, LAMBDA, 3 * REPEATS]
            best = min(LEARNING_RATES, key=lambda rate: problem.descend(rate)[1])
            for rate in (PUBLISHED_RATE, best):
                runs = [problem.descend(rate) for _ in range(REPEATS)]
                times, objective = [each[0] for each in runs], runs[0][1]
                own, reached, steps, own_prepared, peak = fit(bench, folder, sizes + [objective])
                optimum_time, optimum, *_ = fit(bench, folder, sizes)
                assert reached <= objective and optimum <= objective * (1 + 1e-6)
                ratios = spread([seconds / own for seconds in times], 1)
                own_peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                say(layer=name, rate=f"{rate:g}", published=int(rate == PUBLISHED_RATE),
                    pytorch_prepare_s=f"{prepared:.4f}", pytorch_s=spread(times)[0],
                    objective=f"{objective:.4f}", lethe_prepare_s=f"{own_prepared:.4f}",
                    lethe_s=f"{own:.4f}", lethe_steps=f"{steps:.0f}", ratio=ratios[0],
                    ratio_least=ratios[1], ratio_most=ratios[2], optimum_s=f"{optimum_time:.4f}",
                    optimum=f"{optimum:.4f}",
                    optimum_ratio=f"{statistics.median(times) / optimum_time:.1f}",
                    pytorch_mb=f"{own_peak:.0f}", lethe_mb=f"{peak:.0f}")


if __name__ == "__main__":
    command_line(main, __doc__, 1)
