#!/usr/bin/env python3
"""DuckDB or pandas over the views of a large warehouse: loads them once, then answers questions.

Usage: peer.py DuckDB|pandas WAREHOUSE

Prints a JSON object when it has loaded, and one for each line on standard input, the place of a
question among those of questions.py: seconds and processor_s that it took, columns and rows. Pooled rows
are read with h5py each time.
"""
import json
import os
import sqlite3
import sys
import time

import h5py
import numpy as np
import pandas
import questions
from measuring import THREADS

VIEWS = {
    "predictions": "SELECT * FROM predictions WHERE dataset = 'large'",
    "aus": "SELECT * FROM aus", "au_coded": "SELECT sample_id, au FROM au_coded",
    "probabilities": "SELECT * FROM probabilities WHERE model = 'emotion'",
}


class Tables:
    """The public views as frames of pandas, or as tables of DuckDB."""

    def __init__(self, warehouse, program):
        self.warehouse, self.frames, self.duck = warehouse, {}, None
        if program == "DuckDB":
            import duckdb
            self.duck = duckdb.connect()
            self.duck.execute(f"SET threads = {THREADS}")
        catalogue = sqlite3.connect(f"file:{warehouse}/warehouse.sqlite?immutable=1", uri=True)
        for name, sql in VIEWS.items():
            frame = pandas.read_sql_query(sql, catalogue)
            if self.duck:
                self.duck.register("frame", frame)
                self.duck.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
                self.duck.unregister("frame")
            else:
                self.frames[name] = frame
        self.files = {}
        for model, layer, file in catalogue.execute(
                """SELECT m.name, l.name, s.file FROM layer l JOIN model m ON m.id = l.model
                   JOIN stored_array a ON a.key = l.prefix AND a.tier = 'pooled'
                   JOIN segment s ON s.id = a.segment JOIN dataset d ON d.id = a.dataset
                   ORDER BY a.dataset, a.first"""):
            self.files.setdefault((model, layer), []).append(os.path.join(warehouse, file))

    def frame(self, name):
        return self.frames[name]

    def _read(self, model, layer, take):
        ids, values = [], []
        for path in self.files[model, layer]:
            with h5py.File(path) as file:
                ids.append(file["sample_id"][:])
                values.append(take(file[f"layers/{layer}/pooled"]))
        return np.concatenate(ids), values

    def pooled(self, model, layer, channel):
        """Mean and maximum of a channel as a frame."""
        ids, values = self._read(model, layer, lambda rows: rows[:, channel, :])
        values = np.concatenate(values)
        return pandas.DataFrame({"sample_id": ids, "mean": values[:, 0], "max": values[:, 1]})

    def layer_means(self, model, layer):
        ids, sums = self._read(model, layer, lambda rows: rows[:, :, 1].sum(0, dtype=np.float64))
        return sum(sums) / len(ids)



def plain(answer):
    """Columns and rows of an answer."""
    if isinstance(answer, tuple):
        return answer
    if isinstance(answer, pandas.Series):
        answer = answer.reset_index(name="n")
    if isinstance(answer, pandas.DataFrame):
        return list(answer.columns), answer.astype(object).values.tolist()
    return ["value"], [[value] for value in np.atleast_1d(answer)]


def main(program, warehouse):
    def timed(work):
        start = time.perf_counter(), time.process_time()
        result = work()
        return result, {"seconds": time.perf_counter() - start[0],
                        "processor_s": time.process_time() - start[1]}

    def say(reply):
        print(json.dumps(reply, default=lambda value: value.item()), flush=True)

    tables, took = timed(lambda: Tables(warehouse, program))
    say(took)
    for line in sys.stdin:
        question = questions.QUESTIONS[int(line)]
        ask = question.in_duckdb if program == "DuckDB" else question.in_pandas
        answer, took = timed(lambda: ask(tables))
        columns, rows = plain(answer)
        say(took | {"columns": columns, "rows": rows})


main(*sys.argv[1:])
