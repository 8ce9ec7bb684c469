#!/usr/bin/env python3
"""Answers a question about units by a scan of the stored layer: h5py, then NumPy.

Usage: scan.py WAREHOUSE NUMBER        the question's place among those of asking.py

Prints a JSON object: seconds from opening the catalogue to the answer, ids, values.
"""
import json
import sys
import time

import asking
import h5py
import numpy as np


def activations(warehouse, question):
    """Ids, and the activations of the units in all samples."""
    tier = "maps" if question.has_places else "pooled"
    columns = [channel for channel, _ in question.units]
    # A run of channels is a slice; h5py takes long over lists.
    run = slice(columns[0], columns[-1] + 1)
    wanted = [column - columns[0] for column in columns]
    ids, values = [], []
    for path, node in asking.places(warehouse, "vgg", asking.LAYER, tier):
        with h5py.File(path) as file:
            ids.append(file["sample_id"][:])
            if question.has_places:
                values.append(np.stack([file[node][:, channel, place[0], place[1]]
                                        for channel, place in question.units], 1))
            else:
                values.append(file[node][:, run, 1][:, wanted])
    return np.concatenate(ids), np.concatenate(values)


def main(warehouse, number):
    question = asking.QUESTIONS[int(number)]
    start = time.perf_counter()
    ids, values = question.answer(*activations(warehouse, question))
    print(json.dumps({"seconds": time.perf_counter() - start, "ids": ids, "values": values}))


main(*sys.argv[1:])
