#!/usr/bin/env python3
"""Writes vgg_small_golden.safetensors, the part of PyTorch's reference vectors that ComputeTests read.

Needs: numpy, h5py. Run generate_torch.py (in a folder of its own) first, then:

    python3 convert_golden.py FOLDER

Parameters and gradients get the project's layer names; all layouts stay PyTorch's.
"""
import json
import os
import struct
import sys

import h5py
import numpy as np

LAYERS = {f"features.{i}": f"conv{block}_{layer}" for i, (block, layer) in zip(
    [0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28],
    [(1, 1), (1, 2), (2, 1), (2, 2), (3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (4, 3), (5, 1), (5, 2), (5, 3)])}
LAYERS |= {"classifier.0": "fc6", "classifier.3": "fc7", "classifier.6": "logits"}


def renamed(name):
    module, suffix = name.rsplit(".", 1)
    return f"{LAYERS[module]}.{suffix}"


def read_safetensors(path):
    data = open(path, "rb").read()
    length = struct.unpack("<Q", data[:8])[0]
    for name, entry in json.loads(data[8:8 + length]).items():
        if name != "__metadata__":
            first, last = (8 + length + offset for offset in entry["data_offsets"])
            yield name, np.frombuffer(data[first:last], np.float32).reshape(entry["shape"])


def write_safetensors(path, tensors):
    header, body = {}, b""
    for name, values in tensors.items():
        raw = np.ascontiguousarray(values, np.float32).tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [len(body), len(body) + len(raw)]}
        body += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + body)


folder = sys.argv[1]
tensors = {f"parameters/{renamed(name)}": values
           for name, values in read_safetensors(os.path.join(folder, "vgg_small.safetensors"))}
with h5py.File(os.path.join(folder, "vgg_small_golden.h5")) as file:
    for name in ["input", "target", "tcav/dlogit_dconv5_3", "train/sgd_losses", "train/adam_losses"]:
        tensors[name] = file[name][()]
    tensors["backward/loss"] = np.array([file["backward"].attrs["loss"]])
    for name, values in file["forward"].items():
        tensors[f"forward/{name}"] = values[()]
    for name, values in file["backward"].items():
        tensors[f"backward/{renamed(name)}"] = values[()]
here = os.path.dirname(os.path.abspath(__file__))
write_safetensors(os.path.join(here, "vgg_small_golden.safetensors"), tensors)
