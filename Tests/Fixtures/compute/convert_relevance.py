#!/usr/bin/env python3
"""Writes relevance_golden.safetensors: zennit's relevance of the four pictures, by composite and bias.

Needs: numpy, h5py, safetensors. Run generate_torch.py (in a folder of its own) first, then:

    python3 convert_relevance.py FOLDER

Names are COMPOSITE/keep and COMPOSITE/zero, [4, 3, 32, 32] each, and `start`, the logit of each target.
"""
import os
import sys

import h5py
from safetensors.numpy import save_file

tensors = {}
with h5py.File(os.path.join(sys.argv[1], "vgg_small_golden.h5")) as file:
    for composite, group in file["relevance"].items():
        for bias in ["keep", "zero"]:
            dataset = group[f"bias_{bias}"]
            tensors[f"{composite.replace('_', '-')}/{bias}"] = dataset[()]
            tensors["start"] = dataset.attrs["starting_relevance"]
here = os.path.dirname(os.path.abspath(__file__))
save_file(tensors, os.path.join(here, "relevance_golden.safetensors"))
