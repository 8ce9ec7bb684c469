"""Writes h5py.h5: what h5py makes of every kind of thing that the HDF5 module reads,
other.h5, which h5py.h5 points to, and chunks.h5: datasets in chunks, with every filter.

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

# Numbers 0, 1, 2, …, so that a wrong place shows.
def counted(*shape):
    return np.arange(np.prod(shape)).reshape(shape)


with h5py.File(path.with_name("chunks.h5"), "w") as file:
    file.create_dataset("plain", data=counted(5, 7).astype("<f4"), chunks=(2, 3))
    # More chunks than one node of the tree lists.
    file.create_dataset("many", data=counted(200).astype("<f4"), chunks=(1,))
    file.create_dataset("cube", data=counted(3, 4, 5, 6).astype("<f8"), chunks=(2, 3, 2, 4), shuffle=True)
    file.create_dataset("gzip", data=counted(3, 3, 4, 8).astype("<f4"), compression="gzip")
    file.create_dataset("gzip_shuffle", data=counted(33, 31).astype("<f4"), chunks=(8, 31), compression="gzip", shuffle=True)
    file.create_dataset("half", data=counted(40, 8).astype("<f2"), compression="gzip", shuffle=True)
    file.create_dataset("all", data=counted(11, 13).astype("<i4"), chunks=(4, 13), compression="gzip", shuffle=True, fletcher32=True)
    file.create_dataset("fletcher", data=counted(3, 7).astype("<i1"), chunks=(2, 3), fletcher32=True)
    file.create_dataset("lzf", data=(counted(40, 40) % 7).astype("<f4"), compression="lzf", shuffle=True)
    # Noise does not shrink: LZF is left out of its chunks.
    file.create_dataset("lzf_noise", data=(counted(64) * 40503 % 65536).astype("<u2"), chunks=(64,), compression="lzf")
    file.create_dataset("growing", data=counted(3, 2).astype("<f4"), maxshape=(None, 2), chunks=(1024, 2))
    file.create_dataset("zeros", data=np.zeros(5000, "<f4"), compression="gzip")
    file.create_dataset("empty", shape=(0, 4), maxshape=(None, 4), dtype="f4", chunks=(2, 2))
    file.create_dataset("unwritten", shape=(6,), dtype="f4", chunks=(2,))
    file["unwritten"][:2] = 1
    file.create_dataset("vast", shape=(1 << 40,), dtype="f4", chunks=(1 << 20,), compression="gzip")
    file.create_dataset("scaled", data=counted(9).astype("<i4"), chunks=(3,), scaleoffset=True)
