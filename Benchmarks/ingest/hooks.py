#!/usr/bin/env python3
"""What people do without Lethe: VGG16 in PyTorch with hooks, all 13 convolutions into HDF5 by h5py.

Usage: hooks.py WEIGHTS PICTURES SIZE BATCH THREADS gzip|none OUTPUT

Prints the seconds from the first picture to the closed file; reading programs and weights is not
counted.
"""
import os
import sys
import time

import h5py
import numpy as np
import torch
from PIL import Image

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "forward"))
import vgg  # noqa: E402


def main(weights, pictures, size, batch, threads, compression, output):
    size, batch = int(size), int(batch)
    torch.set_num_threads(int(threads))
    network = vgg.torch_network(vgg.read_weights(weights, size)).eval().to(
        memory_format=torch.channels_last)
    kept = {}
    for name, layer in zip(vgg.CONVOLUTIONS, network.convolutions):
        layer.register_forward_hook(
            lambda module, inputs, result, name=name: kept.__setitem__(name, result.relu()))
    with open(pictures) as file:
        paths = file.read().split()
    filters = {"gzip": {"compression": "gzip", "compression_opts": 1, "shuffle": True}, "none": {}}
    start = time.perf_counter()
    with h5py.File(output, "w") as file, torch.inference_mode():
        for first in range(0, len(paths), batch):
            values = np.stack([np.asarray(Image.open(path).convert("RGB"), np.float32)
                               for path in paths[first:first + batch]])
            network(torch.from_numpy(values / 255).permute(0, 3, 1, 2))
            for name, values in kept.items():
                values = values.numpy()
                if name not in file:
                    file.create_dataset(name, (len(paths), *values.shape[1:]), "f4",
                                        chunks=(1, *values.shape[1:]), **filters[compression])
                file[name][first:first + len(values)] = values
    print(time.perf_counter() - start)


main(*sys.argv[1:])
