"""What the side-by-side benchmarks have in common: commands and their memory, turns, rows of CSV."""
import csv
import dataclasses
import json
import os
import statistics
import subprocess
import sys
import tempfile

THREADS = os.environ.get("THREADS", "2")
HERE = os.path.dirname(os.path.abspath(__file__))


class Absent(Exception):
    """A side that cannot be run here."""


@dataclasses.dataclass
class Run:
    """What a command took, from its start to its end."""
    text: str
    seconds: float
    processor_s: float
    peak_mb: float


class Launcher:
    """Runs commands one after the other."""

    def __init__(self):
        self.process = subprocess.Popen([sys.executable, os.path.join(HERE, "launcher.py")],
                                        text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def __call__(self, command):
        """The run of a command; a failure makes its side absent."""
        command = list(map(str, command))
        with tempfile.NamedTemporaryFile("r") as output:
            self.process.stdin.write(json.dumps({"command": command, "output": output.name}) + "\n")
            self.process.stdin.flush()
            found = json.loads(self.process.stdout.readline())
            if found["code"]:
                raise Absent(f"code {found['code']} of {' '.join(command)}")
            return Run(output.read(), found["seconds"], found["processor_s"], found["peak_mb"])


run = Launcher()


def turns(sides, repeats, warm_up=1):
    """What each of the sides, functions by name, measured in its turns; the first rounds warm up.

    A side that is absent is said to be, and left out.
    """
    found = {name: [] for name in sides}
    for number in range(repeats + warm_up):
        for name in list(found):
            try:
                measured = sides[name]()
            except Absent as reason:
                print(f"absent: {name}: {reason}", file=sys.stderr, flush=True)
                del found[name]
                continue
            if number >= warm_up:
                found[name].append(measured)
    return found


def spread(values, digits=3):
    """Median, least and most, as cells."""
    return [f"{value:.{digits}f}"
            for value in (statistics.median(values), min(values), max(values))]


class Rows:
    """Rows of CSV on standard output, as they come."""

    def __init__(self, columns):
        self.columns = columns
        self.writer = csv.DictWriter(sys.stdout, columns, restval="", lineterminator="\n")
        self.writer.writeheader()

    def __call__(self, **row):
        self.writer.writerow(row)
        sys.stdout.flush()


def folder_bytes(folder):
    return sum(os.path.getsize(os.path.join(where, name))
               for where, _, names in os.walk(folder) for name in names)


def command_line(main, manual, arguments=None, at_least=0):
    """Runs a benchmark with the arguments of its command line; says its manual if they are not as many."""
    count = len(sys.argv) - 1
    if count < at_least or arguments not in (None, count):
        raise SystemExit(manual)
    try:
        main(*sys.argv[1:])
    except Absent as reason:
        raise SystemExit(f"Lethe fails: {reason}")
