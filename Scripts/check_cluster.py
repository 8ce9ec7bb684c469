"""Runs the Python of docs/how-to/cluster.md on a warehouse; called by check-cluster.sh."""

import csv
import io
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

page, warehouse, lethe = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]


def ask(*arguments):
    return subprocess.run(
        [lethe, "-q", "-w", warehouse, *arguments], capture_output=True, text=True, check=True).stdout


def expect(holds, what):
    if not holds:
        sys.exit(f"check-cluster: {what}")


names = {}
blocks = re.findall(r"<!-- check: (\w+) -->\n```python\n(.*?)```", page.read_text(), re.S)
expect([name for name, _ in blocks] == ["dask", "duckdb"], "the page has lost its marks")
for name, code in blocks:
    exec(compile(code, f"{page}, {name}", "exec"), names)

layers = list(csv.DictReader(io.StringIO(ask(
    "sql", "SELECT model, layer FROM layers WHERE stored LIKE '%pooled%' AND kind = 'convolution'"
    " AND model IN ('emotion', 'emotion-after-pain-b1') ORDER BY ordinal DESC", "--csv"))))
expect(layers, "nothing pooled is stored of emotion")
datasets = [row["dataset"] for row in csv.DictReader(io.StringIO(ask("dataset", "list", "--csv")))]
with tempfile.TemporaryDirectory() as folder:
    compared = 0
    for row in layers[:4]:
        for dataset in datasets:
            file = f"{folder}/array.npy"
            ask("export", "npy", "--model", row["model"], "--layer", row["layer"], "--tier", "pooled",
                "--dataset", dataset, "-o", file)
            read = names["array"](warehouse, row["model"], row["layer"], dataset)
            said = np.load(file)
            expect(read.shape == said.shape, f"{row}: shape {read.shape}, lethe {said.shape}")
            expect(np.array_equal(read.compute(), said), f"{row} of {dataset}: Dask reads other values")
            compared += said.size
    channels, change = names["most_changed"](
        warehouse, "emotion", "emotion-after-pain-b1", layers[0]["layer"], datasets[0], 3)
    expect(len(channels) == 3 and change[channels[0]] == change.max() > 0, "nothing changed most")
    query = "SELECT model, sample_id, predicted, correct FROM predictions"
    rows = names["parquet"](warehouse, query, f"{folder}/predictions.parquet", lethe)
    said = int(ask("sql", "SELECT count(*) AS n FROM predictions", "--csv").split()[1])
    expect(rows == said, f"Parquet has {rows} rows, lethe {said}")
    print(f"check-cluster: {compared} values by Dask equal lethe's; {rows} rows of Parquet")
