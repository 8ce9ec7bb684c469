"""What a user's Python sees of a warehouse; called by check-python.sh."""

import io
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import pandas as pd

warehouse, lethe = pathlib.Path(sys.argv[1]), sys.argv[2]
PLAIN_FILTERS = {"deflate", "gzip", "shuffle", "fletcher32"}
checks = 0


def ask(*arguments):
    done = subprocess.run([lethe, "-q", "-w", warehouse, *arguments], capture_output=True, text=True)
    # Code 3: nothing was found, but the header is there.
    if done.returncode not in (0, 3):
        sys.exit(f"lethe {' '.join(arguments)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def expect(holds, what):
    global checks
    checks += 1
    if not holds:
        sys.exit(f"check-python: {what}")


def check_csv(*arguments):
    """pandas reads the CSV of an answer, and the JSON of the same answer holds the same."""
    table = pd.read_csv(io.StringIO(ask(*arguments, "--csv")))
    rows = json.loads(ask(*arguments, "--json"))
    expect(len(table) == len(rows), f"{arguments}: CSV has {len(table)} rows, JSON {len(rows)}")
    for index, row in enumerate(rows):
        expect(list(row) == list(table.columns), f"{arguments}: keys {list(row)}")
        for name, value in row.items():
            read = table[name].iloc[index]
            same = pd.isna(read) if value in (None, "") else str(read) == str(value) or (
                isinstance(value, (int, float)) and float(read) == float(value))
            expect(same, f"{arguments}: row {index}, {name}: CSV {read!r}, JSON {value!r}")


def check_views():
    views = ask("completions", "--list", "views").split()
    connection = sqlite3.connect(f"file:{warehouse / 'warehouse.sqlite'}?mode=ro", uri=True)
    for view in views:
        rows = connection.execute(f"SELECT count(*) FROM {view}").fetchone()[0]
        said = int(pd.read_csv(io.StringIO(ask("sql", f"SELECT count(*) AS n FROM {view}"))).n[0])
        expect(rows == said, f"{view}: sqlite3 counts {rows}, lethe {said}")
        check_csv("sql", f"SELECT * FROM {view} LIMIT 50")
    return len(views)


def check_answers():
    models = pd.read_csv(io.StringIO(ask("model", "list", "--csv"))).model.tolist()
    pairs = [(a, b) for a, b in [("emotion", m) for m in models] if b.startswith("emotion-after-")]
    check_csv("score")
    for before, after in pairs:
        for question in ("flips", "forgotten", "aus"):
            check_csv(question, before, after)
    check_csv("dataset", "list")
    check_csv("model", "list")
    check_csv("info")
    return len(pairs)


def check_segments():
    """Every array of every segment reads with filters that plain HDF5 has."""
    files = sorted(warehouse.glob("arrays/**/*.h5")) + sorted(warehouse.glob("inputs/**/*.h5"))
    expect(files, "the warehouse holds no segment")
    layers = {}
    for path in files:
        with h5py.File(path) as segment:
            def visit(name, node):
                if not isinstance(node, h5py.Dataset):
                    return
                used = {node.compression} if node.compression else set()
                expect(used <= PLAIN_FILTERS, f"{path}: {name} needs the filter {used}")
                values = node[()]
                expect(values.shape == node.shape, f"{path}: {name} reads as {values.shape}")
                if name.endswith("/maps") and node.dtype.kind == "f":
                    expect(np.isfinite(values).all(), f"{path}: {name} holds no numbers")
                    key = (segment.attrs["model"], segment.attrs["dataset"], name.split("/")[1])
                    layers.setdefault(key, []).append(
                        (int(segment.attrs["first"]), values.astype(np.float32)))
            segment.visititems(visit)
    return len(files), layers


def check_exports(layers):
    """`lethe export npy` writes what h5py reads, sample by sample."""
    with tempfile.TemporaryDirectory() as folder:
        for number, ((model, dataset, layer), parts) in enumerate(sorted(layers.items())):
            file, ids = pathlib.Path(folder, f"{number}.npy"), pathlib.Path(folder, f"{number}.csv")
            ask("export", "npy", "--model", model, "--dataset", dataset, "--layer", layer,
                "--tier", "maps", "-o", str(file), "--ids", str(ids))
            stored = np.concatenate([values for _, values in sorted(parts, key=lambda p: p[0])])
            written = np.load(file)
            samples = pd.read_csv(ids)
            expect(written.shape == stored.shape, f"{layer}: {written.shape}, {stored.shape}")
            expect((written == stored).all(), f"{model}, {dataset}, {layer}: maps differ")
            expect(len(samples) == len(written), f"{layer}: {len(samples)} ids")
            expect(samples.sample_id.is_monotonic_increasing, f"{layer}: ids are not ascending")


views = check_views()
pairs = check_answers()
files, layers = check_segments()
check_exports(layers)
print(f"check-python: {checks} checks hold: {views} views, {pairs} comparisons, {files} segments, "
      f"{len(layers)} layers of maps")
