#!/usr/bin/env python3
"""Writes similarity_golden.txt: features of 60 samples on two sides, and how similar they are.

Needs: numpy, h5py. Run generate_torch.py (in a folder of its own) first, then:

    python3 convert_similarity.py FOLDER

Each line is a name followed by numbers, with all digits; x and y are row-major, 60 rows.
"""
import os
import sys

import h5py

with h5py.File(os.path.join(sys.argv[1], "statistics_golden.h5")) as file:
    group = file["cka"]
    arrays = {"x": group["x"][()].ravel(), "y": group["y"][()].ravel()}
    arrays |= {name: [group.attrs[name]] for name in ["linear_unbiased", "procrustes"]}
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "similarity_golden.txt"), "w") as file:
    for name, values in arrays.items():
        print(name, *(repr(float(value)) for value in values), file=file)
