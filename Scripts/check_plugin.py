#!/usr/bin/env python3
"""Reads what lethe packed by the relu codec through h5py and the filter plugin, bit for bit.

    python3 Scripts/check_plugin.py LETHE [FOLDER]

Makes a small warehouse twice (demo, tiny), keeps all maps once by `--codec deflate`, which plain h5py
reads, and once by `--codec relu`; compares every array of the one with that of the other. Then writes
through h5py with the plugin, and compares chunks byte for byte with lethe's. FOLDER is for scratch.
Needs h5py, numpy and a C compiler. Ends with 1 if anything differs.
"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILTER = 487


def build(folder):
    subprocess.run([ROOT / "Scripts" / "build-plugin.sh", folder], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    libraries = subprocess.run(["ldd", folder / "libh5lethe_relu.so"], check=True,
                               capture_output=True, text=True).stdout
    if "hdf5" in libraries:
        raise SystemExit("the plugin is linked to libhdf5")


def warehouses(lethe, folder):
    """Two copies of one warehouse, with the maps of one model by each codec."""
    demo = folder / "demo"
    run = [lethe, "-q"]
    subprocess.run([*run, "demo", "--size", "tiny", demo], check=True, stdout=subprocess.DEVNULL)
    for codec in ("deflate", "relu"):
        for element in ("f32", "f16"):
            place = folder / f"{codec}-{element}"
            shutil.copytree(demo / "warehouse", place)
            subprocess.run([*run, "-w", place, "ingest", "--model", "emotion", "--keep",
                            f"pooled,maps:{element}", "--codec", codec], check=True)
            yield codec, element, place


def maps(warehouse):
    """The map arrays of a warehouse: file and path."""
    import h5py
    found = {}
    for path in sorted((warehouse / "arrays").rglob("*.h5")):
        with h5py.File(path) as file:
            def visit(name, item):
                if name.endswith("/maps"):
                    found[(str(path.relative_to(warehouse)), name)] = path
            file.visititems(visit)
    return found


def check(plain, packed, before, counts):
    import h5py
    import numpy as np
    # What the ladder kept to train heads on was there before, packed by deflate.
    arrays = maps(plain).keys() - before
    if not arrays or arrays != maps(packed).keys() - before:
        raise SystemExit(f"{packed} has other arrays than {plain}")
    for file, name in sorted(arrays):
        with h5py.File(plain / file) as one, h5py.File(packed / file) as two:
            first, second = one[name], two[name]
            filters = [second.id.get_create_plist().get_filter(index)[0]
                       for index in range(second.id.get_create_plist().get_nfilters())]
            if filters != [FILTER]:
                raise SystemExit(f"{file}: {name} has the filters {filters}")
            bits = np.uint32 if first.dtype == np.float32 else np.uint16
            if not np.array_equal(first[:].view(bits), second[:].view(bits)):
                raise SystemExit(f"{file}: {name} differs between the codecs")
            counts["arrays"] += 1
            counts["bytes"] += first.size * first.dtype.itemsize
            write(second, counts)


def write(dataset, counts):
    """What h5py writes by the plugin is what lethe wrote."""
    import h5py
    values = dataset[:]
    with tempfile.NamedTemporaryFile(suffix=".h5") as scratch:
        with h5py.File(scratch.name, "w") as file:
            copy = file.create_dataset(
                "maps", data=values, chunks=dataset.chunks, compression=FILTER,
                compression_opts=(1, values.dtype.itemsize))
            for chunk in dataset.iter_chunks():
                offset = tuple(part.start for part in chunk)
                ours = dataset.id.read_direct_chunk(offset)
                theirs = copy.id.read_direct_chunk(offset)
                counts["chunks"] += 1
                if ours != theirs:
                    raise SystemExit(f"{dataset.name}: the chunk at {offset} is written otherwise")


def main(lethe, scratch=None):
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        folder = pathlib.Path(folder)
        build(folder / "plugin")
        os.environ["HDF5_PLUGIN_PATH"] = str(folder / "plugin")
        import h5py  # after the path is set
        places = {(codec, element): place for codec, element, place
                  in warehouses(os.path.realpath(lethe), folder)}
        before = maps(folder / "demo" / "warehouse").keys()
        counts = {"arrays": 0, "chunks": 0, "bytes": 0}
        for element in ("f32", "f16"):
            check(places["deflate", element], places["relu", element], before, counts)
        print(f"the same bits: {counts['arrays']} arrays of {counts['bytes'] / 1e6:.0f} MB,"
              f" {counts['chunks']} chunks written the same; h5py {h5py.__version__},"
              f" HDF5 {h5py.version.hdf5_version}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        raise SystemExit(__doc__)
    main(*sys.argv[1:])
