#!/usr/bin/env python3
"""What people do without Lethe: VGG16 in PyTorch with hooks, all 13 convolutions into HDF5 by h5py.

Usage: hooks.py WEIGHTS PICTURES SIZE BATCH COUNT THREADS gzip|none OUTPUT

PICTURES lists paths, of which the first COUNT are taken.
"""
import sys

import h5py
import torch
import pictures
import vgg


def main(weights, listing, size, batch, count, threads, compression, output):
    batch = int(batch)
    torch.set_num_threads(int(threads))
    network = vgg.torch_network(vgg.read_weights(weights, int(size))).eval().to(
        memory_format=torch.channels_last)
    kept = {}
    for name, layer in zip(vgg.CONVOLUTIONS, network.convolutions):
        layer.register_forward_hook(
            lambda module, inputs, result, name=name: kept.__setitem__(name, result.relu()))
    with open(listing) as file:
        paths = file.read().split()[:int(count)]
    filters = {"gzip": {"compression": "gzip", "compression_opts": 1, "shuffle": True}, "none": {}}
    with h5py.File(output, "w") as file, torch.inference_mode():
        for first in range(0, len(paths), batch):
            network(torch.from_numpy(pictures.read(paths[first:first + batch])))
            for name, values in kept.items():
                values = values.numpy()
                if name not in file:
                    file.create_dataset(name, (len(paths), *values.shape[1:]), "f4",
                                        chunks=(1, *values.shape[1:]), **filters[compression])
                file[name][first:first + len(values)] = values


main(*sys.argv[1:])
