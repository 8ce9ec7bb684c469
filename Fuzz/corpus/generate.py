#!/usr/bin/env python3
"""Writes the seeds from which the fuzzer starts: one folder a target, small files each.

Needs: h5py, numpy, scipy.   Run:  python3 generate.py
Networks and pictures are copies of the tests' fixtures, the rest is made here.
"""
import io
import json
import os
import shutil
import struct

import h5py
import numpy as np
import scipy.io

HERE = os.path.dirname(os.path.abspath(__file__))
FIXTURES = os.path.join(HERE, "../../Tests/Fixtures")
LARGEST = 40_000


def write(target, name, data):
    os.makedirs(os.path.join(HERE, target), exist_ok=True)
    with open(os.path.join(HERE, target, name), "wb") as file:
        file.write(data)


def copy(target, folder, endings, largest=LARGEST):
    os.makedirs(os.path.join(HERE, target), exist_ok=True)
    for name in sorted(os.listdir(os.path.join(FIXTURES, folder))):
        path = os.path.join(FIXTURES, folder, name)
        if name.endswith(endings) and "golden" not in name and os.path.getsize(path) <= largest:
            shutil.copyfile(path, os.path.join(HERE, target, name))


copy("onnx", "networks/onnx", (".onnx",))
copy("pytorch", "networks", (".pt", ".pth"))
copy("safetensors", "networks", (".safetensors",))
copy("picture", "raster", (".png", ".jpg"))
copy("keras", "networks", (".h5", ".keras"), largest=97_000)

for name, array in {
    "f64": np.linspace(-1, 1, 7), "f32": np.float32([[1, 2], [3, 4]]), "i64": np.arange(5),
    "text": np.array("3"), "texts": np.array(["0.5", "-2"]), "fortran": np.asfortranarray(np.ones((2, 3))),
    "bytes": np.array(b"12"), "empty": np.zeros((0, 2)),
}.items():
    file = io.BytesIO()
    np.save(file, array)
    write("npy", f"{name}.npy", file.getvalue())

for compressed in (False, True):
    file = io.BytesIO()
    scipy.io.savemat(
        file, {"pts": np.arange(12.0).reshape(6, 2), "n": np.uint8([[1, 2]]), "t": "text", "s": {"a": 1.0}},
        do_compression=compressed)
    # The header holds the time of writing.
    write("mat", f"{'deflated' if compressed else 'plain'}.mat", b"MATLAB 5.0".ljust(116) + file.getvalue()[116:])

def relu_stream(values, has_summary=False, base=None):
    """A chunk of the codec relu (schema/activations.md), after the claims that Fuzz/ReluStream.swift reads."""
    patterns = values.view({2: np.uint16, 4: np.uint32}[values.itemsize])
    kept = patterns[patterns != 0]
    bitmap = np.packbits(patterns != 0, bitorder="little")
    marks = bitmap.tobytes()
    if has_summary:
        marks = np.packbits(bitmap != 0, bitorder="little").tobytes() + bitmap[bitmap != 0].tobytes()
    body = kept.tobytes()
    if base is not None:
        low = np.append(kept - np.uint32(base), np.zeros(len(kept) % 2, np.uint32)).astype(np.uint64)
        body = b"".join(int(one | other << 28).to_bytes(7, "little")
                        for one, other in zip(map(int, low[::2]), map(int, low[1::2])))
    head = struct.pack("<BBBBIII", 1, values.itemsize, has_summary + 2 * (base is not None), 0,
                       values.size, kept.size, base or 0)
    return struct.pack("<BI", values.itemsize, values.nbytes) + head + marks + body


random = np.random.default_rng(7)
half_zero = np.maximum(random.standard_normal(600, dtype=np.float32), 0)
sparse = np.where(random.random(9001) < 0.01, half_zero.max(), 0).astype(np.float32)
for name, values, options in [
        ("plain", half_zero, {}), ("half", half_zero.astype(np.float16), {}),
        ("narrow", half_zero + (half_zero > 0), {"base": 0x3f800000}),
        ("summary", sparse, {"has_summary": True}),
        ("summary-half", sparse.astype(np.float16), {"has_summary": True}),
        ("summary-narrow", sparse, {"has_summary": True, "base": int(sparse.max().view(np.uint32))}),
        ("one", np.float32([1]), {}), ("zeros", np.zeros(70, np.float32), {})]:
    write("relu", f"{name}.chunk", relu_stream(values, **options))

# One dense layer, as Keras writes its older files.
config = {"class_name": "Sequential", "config": {"name": "s", "layers": [
    {"class_name": "InputLayer", "config": {"name": "in", "batch_input_shape": [None, 2, 2, 1]}},
    {"class_name": "Flatten", "config": {"name": "flat", "data_format": "channels_last"}},
    {"class_name": "Dense", "config": {"name": "d", "units": 2, "activation": "softmax", "use_bias": True}}]}}
# Contiguous, and in compressed chunks as h5repack leaves them: the fixture of the latter is too large for a seed.
for name, kernel in {
    "tiny": {}, "tiny_packed": {"chunks": (2, 2), "compression": "gzip", "shuffle": True, "fletcher32": True},
}.items():
    file = io.BytesIO()
    with h5py.File(file, "w") as h5:
        h5.attrs["model_config"] = json.dumps(config)
        weights = h5.create_group("model_weights")
        weights.attrs["layer_names"] = np.array([b"flat", b"d"])
        weights.create_group("flat").attrs["weight_names"] = np.zeros(0)
        layer = weights.create_group("d")
        layer.attrs["weight_names"] = np.array([b"d/kernel:0", b"d/bias:0"])
        layer.create_dataset("d/kernel:0", data=np.ones((4, 2), np.float32), **kernel)
        layer["d/bias:0"] = np.zeros(2, np.float32)
    write("keras", f"{name}.h5", file.getvalue())

write("facs", "codes.txt", b"1C+2D+L12E\n   4.0000000e+00   1.0000000e+00\n")
write("facs", "grades.txt", b" 4  2 0 0\n 6  3 0 0\n 12 1 3 0\n")
write("facs", "landmarks.txt", b"   1.0e+02   2.5e+01\n   1.1e+02   2.6e+01\n")
write("csv", "plain.csv", b"path,subject,emotion,au1,au12\na/b.png,s1,happiness,0,3\nc.png,s2,anger,,\n")
write("csv", "quoted.csv", b"\xef\xbb\xbf\"a\",\"b\"\r\n\"x, \"\"y\"\"\n\",2\r\n\r\n,\r\n")
sizes = [os.path.getsize(os.path.join(root, f)) for root, _, files in os.walk(HERE) for f in files]
print(len(sizes), "files,", sum(sizes), "bytes")
