"""Writes h5py.h5: what h5py makes of every kind of thing that the HDF5 module reads,
and other.h5, which h5py.h5 points to.

python3 generate.py (needs h5py and numpy)
"""

import pathlib

import h5py
import numpy as np

path = pathlib.Path(__file__).with_name("h5py.h5")
with h5py.File(path.with_name("other.h5"), "w") as file:
    file.create_dataset("grid", data=np.zeros((5, 7), dtype="<i4"))

with h5py.File(path, "w") as file:
    halves = np.array([0.0, -0.0, 1.5, 65504.0, 6e-8, np.inf, -np.inf], dtype="<f2")
    file.create_dataset("numbers/float16", data=halves)
    file.create_dataset("numbers/big_endian", data=np.array([1.25, -2.5], dtype=">f4"))
    file.create_dataset("numbers/int16", data=np.array([-3, 4], dtype="<i2"))
    file.create_dataset("numbers/uint64", data=np.array([7, 8], dtype="<u8"))
    file.create_dataset("numbers/scalar", data=np.float64(0.1))
    file.create_dataset("numbers/empty", shape=(0, 3), dtype="f4")
    grid = np.arange(5 * 7, dtype="<i4").reshape(5, 7)
    file.create_dataset("grid", data=grid, chunks=(2, 3), compression="gzip", shuffle=True)
    file.create_dataset("texts", data=np.array([b"ab", b"c"]))
    file["link_to_grid"] = h5py.SoftLink("/grid")
    file["dangling"] = h5py.SoftLink("/nowhere")
    file["elsewhere"] = h5py.ExternalLink("other.h5", "/grid")
    layout = h5py.VirtualLayout(shape=(5, 7), dtype="<i4")
    layout[...] = h5py.VirtualSource("other.h5", "grid", shape=(5, 7))
    file.create_virtual_dataset("virtual", layout)
    file.attrs["text"] = "größer"
    file.attrs["fixed"] = np.bytes_("fixed")
    file.attrs["integer"] = np.int32(-5)
    file.attrs["real"] = 2.5
    file.attrs["floats"] = np.array([1.0, 2.0], dtype="f4")
    file.attrs["texts"] = ["a", "b"]
    file.attrs["empty"] = h5py.Empty("f4")
