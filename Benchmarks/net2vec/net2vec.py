#!/usr/bin/env python3
"""Times concept embeddings in PyTorch and in Lethe on the same arrays; run.sh starts it.

PyTorch minimises weighted-bce + λ/2·|w|² as the published code goes about it: SGD with momentum
0.9, 30 epochs of batches of 16, weighted sum of the channels first, then bilinear interpolation.
The learning rate is the best of LEARNING_RATES by the objective that 30 epochs end with; the
search for it is not timed, and neither is unpacking the bits. Lethe's time is from the packed
bits to the optimum (gradient at 1e-6 of its start), which is at or below PyTorch's objective.
"""
import argparse
import statistics
import subprocess
import time

import numpy as np
import torch
import torch.nn.functional as F

LEARNING_RATES = [1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2]
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
    print(f"{'layer':>12} {'rate':>7} {'PyTorch s':>10} {'objective':>10} {'Lethe s':>9} {'objective':>10} {'ratio':>7}")
    for seed, (name, channels, side, grid) in enumerate(CASES):
        bits, masks = arrays(channels, side, grid, seed)
        np.packbits(bits.reshape(SAMPLES, channels, -1), axis=-1, bitorder="little").tofile(
            f"{arguments.folder}/bits.bin")
        masks.astype(np.uint8).tofile(f"{arguments.folder}/masks.bin")
        problem = Problem(bits, masks)
        rate = min(LEARNING_RATES, key=lambda rate: problem.descend(rate)[1])
        runs = [problem.descend(rate) for _ in range(arguments.repeats)]
        seconds, objective = statistics.median(run[0] for run in runs), runs[0][1]
        answer = subprocess.run(
            [arguments.lethe, arguments.folder, *map(str, [SAMPLES, channels, side, grid, LAMBDA, arguments.repeats])],
            check=True, capture_output=True, text=True).stdout.split()
        own, reached = float(answer[0]), float(answer[1])
        ratio = f"{seconds / own:7.1f}" if reached <= objective * (1 + 1e-6) else "not reached"
        print(f"{name:>12} {rate:7.0e} {seconds:10.3f} {objective:10.4f} {own:9.4f} {reached:10.4f} {ratio}")


if __name__ == "__main__":
    main()
