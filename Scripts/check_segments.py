#!/usr/bin/env python3
"""Checks the segments of a warehouse against schema/activations.md, with h5py and sqlite3 alone.

    python3 Scripts/check_segments.py WAREHOUSE

Needs h5py and numpy, and the plugin of Scripts/build-plugin.sh for maps of the codec relu. Prints
what disagrees; ends with 1 if anything does.
"""

import pathlib
import sqlite3
import sys

import h5py
import numpy as np

DTYPES = {"f32": "<f4", "f16": "<f2", "u8": "|u1", "bits": "|u1"}


class Checker:
    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = folder
        self.catalogue = sqlite3.connect(f"file:{folder / 'warehouse.sqlite'}?mode=ro", uri=True)
        self.problems: list[str] = []
        self.arrays = 0

    def expect(self, condition: bool, problem: str) -> None:
        if not condition:
            self.problems.append(problem)

    def rows(self, sql: str, *parameters: object) -> list[tuple]:
        return self.catalogue.execute(sql, parameters).fetchall()

    def run(self) -> None:
        for segment in self.rows(
            "SELECT s.id, s.file, d.name, s.dataset, s.first, s.count FROM segment s "
            "JOIN dataset d ON d.id = s.dataset ORDER BY s.file"
        ):
            with h5py.File(self.folder / segment[1]) as file:
                self.segment(file, *segment)

    def segment(self, file, row, name, dataset, dataset_id, first, count) -> None:
        expected = {
            "format": "lethe-segment",
            "version": 1,
            "dataset": dataset,
            "first": first,
            "count": count,
        }
        for key, value in expected.items():
            self.expect(file.attrs[key] == value, f"{name}: {key} is {file.attrs[key]!r}")
        for key in ("model", "key", "numerics", "kernel"):
            self.expect(isinstance(file.attrs[key], str), f"{name}: {key} is no text")
        ids = [
            id
            for (id,) in self.rows(
                "SELECT id FROM sample WHERE dataset = ? AND position >= ? AND position < ? "
                "ORDER BY position",
                dataset_id,
                first,
                first + count,
            )
        ]
        self.expect(file["sample_id"].dtype == np.dtype("<i8"), f"{name}: sample_id is no int64")
        self.expect(file["sample_id"][:].tolist() == ids, f"{name}: sample_id differs")
        for tier, node, dtype in self.rows(
            "SELECT tier, node, dtype FROM stored_array WHERE segment = ?", row
        ):
            self.arrays += 1
            place = f"{name}: {node}"
            if tier in ("masks", "regions"):
                self.masks(file[node], ids, place)
            elif tier == "relevance":
                self.relevance(file[node], ids, place)
            elif tier == "candidates":
                self.expect(node in file, f"{place} is missing")
            else:
                self.array(file[node], tier, DTYPES[dtype], count, place)
        for group in file.get("landmarks", {}).values():
            points = group["points"]
            self.expect(points.shape[0] == len(group["sample_id"]), f"{points.name}: rows")
            self.expect(points.dtype == np.dtype("<f4") and points.shape[2] == 2, points.name)

    def array(self, array, tier, dtype, count, place) -> None:
        self.expect(array.dtype == np.dtype(dtype), f"{place} holds {array.dtype}")
        self.expect(array.shape[0] == count, f"{place} has {array.shape[0]} rows for {count}")
        self.expect(array.ndim == {"pooled": 3, "bits": 3}.get(tier, 4), f"{place}: {array.shape}")
        self.expect(array.compression in ("gzip", None), f"{place}: {array.compression}")
        layer = array.parent
        if tier == "pooled":
            self.expect(array.shape[2] == 2, f"{place}: {array.shape}")
        if tier == "maps" and array.dtype == np.uint8:
            ranges = layer["maps_range"]
            self.expect(ranges.shape == (*array.shape[:2], 2), f"{place}_range: {ranges.shape}")
            self.expect(bool((ranges[..., 1] >= 0).all()), f"{place}_range: a negative step")
        if tier == "bits":
            height, width = array.attrs["height"], array.attrs["width"]
            self.expect(array.shape[2] == (height * width + 7) // 8, f"{place}: {array.shape}")
            self.expect(layer["thresholds"].shape == (array.shape[1],), f"{place}: thresholds")
            # Bits after the last position are 0; first and last row stand for all.
            for row in {0, count - 1}:
                bits = np.unpackbits(array[row], axis=-1, bitorder="little")
                self.expect(not bits[:, height * width :].any(), f"{place}: bits after the end")
        array[count - 1]

    def relevance(self, group, ids, place) -> None:
        samples, scale, values = (group[name] for name in ("sample_id", "scale", "values"))
        self.expect(values.dtype == np.float16 and values.ndim == 4, f"{place}: {values.shape}")
        self.expect(len(samples) == len(scale) == len(values), f"{place}: rows")
        self.expect(set(samples[:].tolist()) <= set(ids), f"{place}: samples of the segment")
        self.expect(bool((scale[:] > 0).all()), f"{place}: scales")
        self.expect(bool((np.abs(values[:]) <= 1).all()), f"{place}: values within the scale")

    def masks(self, group, ids, place) -> None:
        for name, masks in group.items():
            samples = masks["sample_id"][:].tolist()
            self.expect(set(samples) <= set(ids), f"{place}/{name}: foreign samples")
            self.expect(samples == sorted(samples, key=ids.index), f"{place}/{name}: order")
            mask = masks["mask"]
            self.expect(mask.shape[0] == len(samples), f"{place}/{name}: {mask.shape}")
            self.expect(bool((mask[...] <= 1).all()), f"{place}/{name}: neither 0 nor 1")


def main() -> int:
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    checker = Checker(pathlib.Path(sys.argv[1]))
    checker.run()
    for problem in checker.problems:
        print(problem)
    print(f"{checker.arrays} arrays checked, {len(checker.problems)} problems", file=sys.stderr)
    return 1 if checker.problems else 0


if __name__ == "__main__":
    sys.exit(main())
