#!/usr/bin/env python3
"""Adds a data set of any size to a warehouse with a ladder, as ingest would have left it, without
running a network: predictions and probabilities of all variants, pooled rows of two layers, labels and
action units. Names and numbers are drawn; tables, files and digests are as `lethe verify` wants them.

Usage: generate.py WAREHOUSE SAMPLES

Pooled rows are written of fc6 of all variants, and of conv5_3 of emotion and emotion-after-pain-b1.
Every picture is its own subject, as where a data set tells none.
"""
import hashlib
import io
import json
import os
import sqlite3
import sys

import h5py
import numpy as np

SEGMENT = 256
CONFIDENCES = 50_000
WIDE = ["emotion", "emotion-after-pain-b1"]
NAME = "large"


def insert(catalogue, table, rows, columns):
    places = ",".join("?" * columns)
    catalogue.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def add_samples(catalogue, random, dataset, first, samples):
    """Samples, labels of the task emotion and action units; returns the labels."""
    ids = range(first, first + samples)
    splits = random.choice(["train", "val", "test"], samples, p=[0.7, 0.15, 0.15]).tolist()
    paths = [f"pictures/{number // 1000:04d}/{number:07d}.jpg" for number in range(samples)]
    insert(catalogue, "sample (id, dataset, position, split, subject, path, width, height)", (
        (sample, dataset, position, split, path, path, 224, 224)
        for position, (sample, split, path) in enumerate(zip(ids, splits, paths))), 8)
    classes = json.loads(catalogue.execute(
        "SELECT classes FROM model WHERE name = 'emotion'").fetchone()[0])
    labels = random.integers(len(classes), size=samples)
    insert(catalogue, "label", (
        (sample, "emotion", classes[label]) for sample, label in zip(ids, labels)), 3)
    coding, units = catalogue.execute("SELECT id, aus FROM coding ORDER BY id").fetchone()
    insert(catalogue, "sample_coding", ((sample, coding) for sample in ids), 2)
    # A class favours some units, so that there is something to find.
    units = sorted(json.loads(units))
    share = 0.1 + 0.4 * random.random((len(classes), len(units))) ** 2
    present = random.random((samples, len(units)), dtype=np.float32) < share[labels]
    intensity = random.integers(1, 6, (samples, len(units)))
    rows, columns = np.nonzero(present)
    insert(catalogue, "au", (
        (first + row, units[column], "labels", float(level)) for row, column, level
        in zip(rows.tolist(), columns.tolist(), intensity[rows, columns].tolist())), 4)
    return labels


def add_predictions(catalogue, random, first, labels):
    """What every variant says of every sample, right in three cases of five."""
    for model, task, classes in catalogue.execute(
            "SELECT id, task, classes FROM model ORDER BY id").fetchall():
        classes = json.loads(classes)
        logits = random.standard_normal((CONFIDENCES, len(classes)))
        logits[:, 0] += 3  # the first class wins as a rule; its place is changed below
        p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
        order = np.argsort(-p, 1)
        p = np.take_along_axis(p, order, 1).astype(np.float32)
        texts = [[str(value) for value in row] for row in p]
        # One text for each drawn row and winning class: the largest value stands at its place.
        ready = [["[" + ",".join(row[1:winner + 1] + [row[0]] + row[winner + 1:]) + "]"
                  for row in texts] for winner in range(len(classes))]
        guess = random.integers(len(classes), size=len(labels))
        right = random.random(len(labels)) < 0.6
        winner = np.where(right & (labels < len(classes)), labels, guess).tolist()
        drawn = random.integers(CONFIDENCES, size=len(labels)).tolist()
        top = p[:, 0].astype(float).tolist()
        insert(catalogue, "prediction", (
            (model, first + row, classes[w], top[d], ready[w][d])
            for row, (w, d) in enumerate(zip(winner, drawn))), 5)


def chunk(samples, channels):
    """The chunk of pooled rows: up to 256 samples by a divisor of the channels, 64 KiB at most."""
    width = max(1, (64 << 10) // (8 * samples))
    return samples, max(c for c in range(1, min(width, channels) + 1) if channels % c == 0), 2


def segment_bytes(attributes, ids, layer, values):
    """A segment file with the pooled rows of one layer."""
    memory = io.BytesIO()
    with h5py.File(memory, "w", libver=("earliest", "v108")) as file:
        for name, value in attributes.items():
            file.attrs[name] = value
        file.create_dataset("sample_id", data=ids.astype("<i8"))
        file.create_dataset(f"layers/{layer}/pooled", data=values, shuffle=True, compression=1,
                            chunks=chunk(*values.shape[:2]))
    return memory.getbuffer()


def add_pooled(catalogue, random, warehouse, dataset, first, samples):
    layers = catalogue.execute(
        """SELECT m.name, l.name, l.prefix, l.channels FROM layer l JOIN model m ON m.id = l.model
           WHERE l.name = 'fc6' OR l.name = 'conv5_3' AND m.name IN (?, ?)""", WIDE).fetchall()
    os.makedirs(os.path.join(warehouse, "arrays", NAME), exist_ok=True)
    numerics = catalogue.execute("SELECT file FROM segment WHERE file LIKE 'arrays/%'").fetchone()
    with h5py.File(os.path.join(warehouse, numerics[0])) as like:
        kernel = {name: like.attrs[name] for name in ["version", "numerics", "kernel"]}
    for model, layer, key, channels in layers:
        for start in range(0, samples, SEGMENT):
            count = min(SEGMENT, samples - start)
            values = random.standard_normal((count, channels, 2), dtype=np.float32)
            values[..., 1] = values[..., 0] + np.abs(values[..., 1])
            np.maximum(values, 0, out=values)
            content = segment_bytes(
                {"format": "lethe-segment", "dataset": NAME, "model": model, "key": key,
                 "first": start, "count": count, **kernel},
                np.arange(first + start, first + start + count), layer, values)
            path = f"arrays/{NAME}/{model}-{key[:12]}-{start:08d}.h5"
            with open(os.path.join(warehouse, path), "wb") as file:
                file.write(content)
            segment = catalogue.execute(
                'INSERT INTO segment (file, dataset, first, count, bytes, sha256) '
                'VALUES (?, ?, ?, ?, ?, ?)',
                (path, dataset, start, count, len(content),
                 hashlib.sha256(content).hexdigest())).lastrowid
            with h5py.File(os.path.join(warehouse, path)) as file:
                stored = file[f"layers/{layer}/pooled"].id.get_storage_size()
            insert(catalogue, "stored_array", [
                (key, "pooled", dataset, start, segment, f"/layers/{layer}/pooled", "f32", stored,
                 "deflate")], 9)


def main(warehouse, samples):
    samples = int(samples)
    random = np.random.default_rng(samples)
    catalogue = sqlite3.connect(os.path.join(warehouse, "warehouse.sqlite"))
    catalogue.execute("PRAGMA synchronous = off")
    dataset = catalogue.execute(
        "INSERT INTO dataset (name, format, root) VALUES (?, 'csv', '/nowhere')",
        (NAME,)).lastrowid
    first = catalogue.execute("SELECT max(id) + 1 FROM sample").fetchone()[0]
    labels = add_samples(catalogue, random, dataset, first, samples)
    add_predictions(catalogue, random, first, labels)
    add_pooled(catalogue, random, warehouse, dataset, first, samples)
    catalogue.commit()
    catalogue.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    catalogue.close()


main(*sys.argv[1:])
