#!/usr/bin/env python3
"""Answers the questions about units by running the network over all pictures again, in PyTorch.

Usage: rerun.py WEIGHTS PICTURES SIZE BATCH THREADS

PICTURES lists paths in the order of sample ids, from 1. The network ends at the layer that is asked
about. Prints a list of JSON objects, one a question: the seconds of the pass over the pictures and of
its answer, ids, values. One pass serves all questions here, and each is charged with it.
"""
import json
import sys
import time

import asking
import numpy as np
import pictures
import torch
import vgg


def layer(network, images):
    """The layer asked about: the last convolution."""
    convolutions = iter(network.convolutions)
    x = images
    for outputs in vgg.CHANNELS[:-1]:
        x = torch.relu(next(convolutions)(x)) if outputs else torch.nn.functional.max_pool2d(x, 2)
    return x


def main(weights, listing, size, batch, threads):
    assert vgg.CONVOLUTIONS[-1] == asking.LAYER
    torch.set_num_threads(int(threads))
    network = vgg.torch_network(vgg.read_weights(weights, int(size))).eval().to(
        memory_format=torch.channels_last)
    with open(listing) as file:
        paths = file.read().split()
    kept = [[] for _ in asking.QUESTIONS]
    start = time.perf_counter()
    with torch.inference_mode():
        for first in range(0, len(paths), int(batch)):
            maps = layer(network, torch.from_numpy(pictures.read(paths[first:first + int(batch)])))
            peaks = maps.amax((2, 3))
            for question, values in zip(asking.QUESTIONS, kept):
                values.append(torch.stack([
                    maps[:, channel, place[0], place[1]] if place else peaks[:, channel]
                    for channel, place in question.units], 1).numpy())
    seconds = time.perf_counter() - start
    ids, found = np.arange(1, len(paths) + 1), []
    for question, values in zip(asking.QUESTIONS, kept):
        start = time.perf_counter()
        answer = question.answer(ids, np.concatenate(values))
        found.append({"seconds": seconds + time.perf_counter() - start, "ids": answer[0],
                      "values": answer[1]})
    print(json.dumps(found))


main(*sys.argv[1:])
