#!/usr/bin/env python3
"""Times concept embeddings in PyTorch and in Lethe on the same arrays; run.sh starts it.

PyTorch minimises weighted-bce + λ/2·|w|² as the published code goes about it: SGD with momentum
0.9, 30 epochs of batches of 16, weighted sum of the channels first, then bilinear interpolation.
A row is a learning rate: the published 1e-4, and the best of LEARNING_RATES by the objective that
30 epochs end with (the search for it is not timed). Lethe's time is that to PyTorch's objective,
and to the optimum (gradient at 1e-6 of its start). What either does to the packed bits before (a
float32 array; a list of units) serves all concepts of a layer and stands in columns of its own.
"""
import argparse
import statistics
import subprocess
import time

import numpy as np
import torch
import torch.nn.functional as F

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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("--lethe", required=True)
    parser.add_argument("--repeats", type=int, default=3)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    print(f"PyTorch {torch.__version__}: {EPOCHS} epochs of batches of {BATCH}; {SAMPLES} samples, grid 32x32")
    print("layer,rate,pytorch_prepare_s,pytorch_s,objective,lethe_prepare_s,lethe_s,lethe_steps,ratio,optimum_s,optimum,optimum_ratio")
    for seed, (name, channels, side, grid) in enumerate(CASES):
        bits, masks = arrays(channels, side, grid, seed)
        packed = np.packbits(bits.reshape(SAMPLES, channels, -1), axis=-1, bitorder="little")
        packed.tofile(f"{arguments.folder}/bits.bin")
        masks.astype(np.uint8).tofile(f"{arguments.folder}/masks.bin")
        start = time.perf_counter()
        unpacked = np.unpackbits(packed, axis=-1, count=side * side, bitorder="little")
        problem = Problem(unpacked.reshape(bits.shape), masks)
        prepared = time.perf_counter() - start
        sizes = [SAMPLES, channels, side, grid, LAMBDA, 3 * arguments.repeats]
        best = min(LEARNING_RATES, key=lambda rate: problem.descend(rate)[1])
        for rate in (PUBLISHED_RATE, best):
            runs = [problem.descend(rate) for _ in range(arguments.repeats)]
            seconds, objective = statistics.median(run[0] for run in runs), runs[0][1]
            own, reached, steps, own_prepared = lethe(arguments, sizes + [objective])
            optimum_time, optimum, _, _ = lethe(arguments, sizes)
            assert reached <= objective and optimum <= objective * (1 + 1e-6)
            print(
                f"{name},{rate:g},{prepared:.4f},{seconds:.3f},{objective:.4f},{own_prepared:.4f},"
                f"{own:.4f},{steps:.0f},{seconds / own:.1f},{optimum_time:.4f},{optimum:.4f},"
                f"{seconds / optimum_time:.1f}", flush=True)


def lethe(arguments, numbers):
    words = [arguments.lethe, arguments.folder, *map(str, numbers)]
    answer = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return [float(word) for word in answer.split()]


if __name__ == "__main__":
    main()
