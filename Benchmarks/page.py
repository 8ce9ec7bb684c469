"""Tables in Markdown, and pages whose parts are written by programs."""
import csv
import os
import re


def rows(path):
    """The rows of a CSV file as dictionaries."""
    with open(path, newline="") as file:
        return list(csv.DictReader(file))


def header(folder):
    """The machine and the versions that a benchmark ran on, as a block."""
    with open(os.path.join(folder, "header.txt")) as file:
        return f"```\n{file.read().strip()}\n```"


def table(columns, lines, right=1):
    """A Markdown table; columns from `right` on are numbers."""
    rule = ["---" if index < right else "---:" for index in range(len(columns))]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in [columns, rule, *lines])


def write(folder, path, text):
    """Writes the part of a page that belongs to a benchmark's folder: what its programs were, and `text`
    of the rows that it measured."""
    name = os.path.basename(folder)
    measured = rows(os.path.join(folder, name + ".csv"))
    replace(path, name, f"{header(folder)}\n\n{text(measured)}")


def replace(path, name, text):
    """Writes text between the markers of a name."""
    with open(path) as file:
        page = file.read()
    begin, end = f"<!-- {name}: written by its benchmark -->", f"<!-- {name}: end -->"
    if begin not in page or end not in page:
        raise SystemExit(f"{path} has no part {name}: add the lines\n{begin}\n{end}")
    pattern = re.escape(begin) + ".*?" + re.escape(end)
    page = re.sub(pattern, lambda _: f"{begin}\n{text}\n{end}", page, flags=re.S)
    with open(path, "w") as file:
        file.write(page)
