#!/usr/bin/env python3
"""Writes the tables and the chart of docs/performance.md from what compare.py measured.

Usage: report.py FOLDER PAGE
"""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import page  # noqa: E402

TITLES = {"logits": "Forward, logits alone", "layers": "Forward, all 13 convolutions kept",
          "train": "Training step"}


def programs(measured):
    return list(dict.fromkeys(
        ["Lethe", "Lethe strict"] + [row["program"] for row in measured]))


def speeds(measured, kind):
    """A table a size of pictures: pictures a second by program and batch, and of peers how many times
    faster Lethe is."""
    ours = [row for row in measured if row["kind"] == kind]
    return "\n\n".join(speeds_at(size, [row for row in ours if row["size"] == size])
                       for size in dict.fromkeys(row["size"] for row in ours))


def speeds_at(size, rows):
    batches = list(dict.fromkeys(row["batch"] for row in rows))
    lines = []
    for program in programs(rows):
        found = {row["batch"]: row for row in rows if row["program"] == program}
        if not found:
            continue
        cells, peaks = [], []
        for batch in batches:
            row = found.get(batch)
            ratio = f" ({float(row['times_faster']):.2f}×)" if row and row["times_faster"] else ""
            cells.append(f"{float(row['pictures_per_s']):.3g}{ratio}" if row else "")
            peaks.append(row["peak_mb"] if row else "–")
        spread = max((float(row["most_s"]) - float(row["least_s"])) / float(row["median_s"])
                     for row in found.values())
        error = max(float(row["relative_l2"]) for row in found.values())
        lines.append([program, *cells, f"{100 * spread:.0f} %", " / ".join(peaks), f"{error:.0e}"])
    heads = [f"batch {batch}" for batch in batches]
    return page.table([f"{size}×{size}", *heads, "widest spread", "peak MB", "error"], lines)


def accuracy(rows):
    """Relative distances to float64 by layer, at each size."""
    text = []
    for size in dict.fromkeys(row["size"] for row in rows):
        here = [row for row in rows if row["size"] == size]
        batch = here[0]["batch"]
        found = {(row["program"], row["layer"]): row["relative_l2"] for row in here
                 if row["batch"] == batch}
        names = [name for name in programs(here) if (name, "logits") in found]
        layers = list(dict.fromkeys(row["layer"] for row in here))
        lines = [[layer, *(f"{float(found[name, layer]):.1e}" for name in names)]
                 for layer in layers]
        text.append(page.table([f"{size}×{size}", *names], lines))
    return "\n\n".join(text)


def chart(measured, path):
    """How many pictures a second each program does with all convolutions kept."""
    import matplotlib
    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.hashsalt": "lethe", "font.size": 9})
    from matplotlib import pyplot
    places = [("64", "32"), ("224", "8")]
    figure, axes = pyplot.subplots(1, len(places), figsize=(9, 3.2), layout="constrained")
    for axis, (size, batch) in zip(axes, places):
        bars = [row for row in measured
                if (row["kind"], row["size"], row["batch"]) == ("layers", size, batch)]
        bars.sort(key=lambda row: float(row["pictures_per_s"]))
        speeds = [float(row["pictures_per_s"]) for row in bars]
        spread = [[speed - int(batch) / float(row["most_s"]) for speed, row in zip(speeds, bars)],
                  [int(batch) / float(row["least_s"]) - speed for speed, row in zip(speeds, bars)]]
        colours = ["#b5452c" if row["program"].startswith("Lethe") else "#8a97a6" for row in bars]
        drawn = axis.barh([row["program"] for row in bars], speeds, xerr=spread, color=colours,
                          error_kw={"elinewidth": 0.8})
        axis.bar_label(drawn, fmt="%.3g", padding=12)
        axis.set_xlim(0, 1.25 * max(speeds, default=1))
        axis.set_title(f"VGG16, {size}×{size}, batch {batch}")
        axis.set_xlabel("pictures a second, 13 convolutions kept")
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})


def main(folder, path):
    measured = page.rows(os.path.join(folder, "forward.csv"))
    parts = [page.header(folder)]
    drawing = os.path.join(os.path.dirname(os.path.abspath(path)), "performance-forward.svg")
    chart(measured, drawing)
    parts.append(f"![Pictures a second]({os.path.basename(drawing)})")
    for kind, title in TITLES.items():
        if any(row["kind"] == kind for row in measured):
            parts.append(f"### {title}\n\n" + speeds(measured, kind))
    layers = page.rows(os.path.join(folder, "accuracy.csv"))
    if layers:
        parts.append("### Relative distance to float64, layer by layer\n\n" + accuracy(layers))
    page.replace(path, "forward", "\n\n".join(parts))


main(*sys.argv[1:])
