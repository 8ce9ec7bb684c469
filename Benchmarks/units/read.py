#!/usr/bin/env python3
"""Reads stored maps by h5py: what store-bench does, from the same files.

Usage: read.py WAREHOUSE MODEL LAYER,… POSITION|all CHANNEL|all OUTPUT

Prints the seconds from opening the catalogue to the last value in memory; OUTPUT then gets the values,
unless it is `-`.
"""
import sys
import time

import asking
import h5py
import numpy as np


def values(warehouse, model, layer, position, channel):
    """[samples, channels, height, width] as one array, each file read into its place."""
    parts, samples = [], 0
    for path, node in asking.places(warehouse, model, layer, "maps"):
        file = h5py.File(path)
        parts.append((samples, file, file[node]))
        samples += len(file[node])
    width = slice(None) if channel == "all" else slice(int(channel), int(channel) + 1)
    if position != "all":
        first, file, data = [part for part in parts if part[0] <= int(position)][-1]
        return data[int(position) - first:int(position) - first + 1, width]
    shape = parts[0][2].shape[1:] if channel == "all" else (1, *parts[0][2].shape[2:])
    target = np.empty((samples, *shape), np.float32)
    for first, file, data in parts:
        data.read_direct(target, np.s_[:, width], np.s_[first:first + len(data)])
    return target


def main(warehouse, model, layers, position, channel, output):
    start = time.perf_counter()
    found = [values(warehouse, model, layer, position, channel) for layer in layers.split(",")]
    print(time.perf_counter() - start)
    if output != "-":
        with open(output, "wb") as file:
            for layer in found:
                layer.tofile(file)


main(*sys.argv[1:])
