#!/usr/bin/env python3
"""Changes network files at random and gives each to `lethe model add`.

    Scripts/mutate-models.py [--count 1000] [--seed 1] [--lethe .build/release/lethe] [FORMAT…]

Formats: onnx, pytorch, safetensors, keras; by default all of which there are fixtures. What counts as
a finding: a signal, an exit code other than 0, 1 and 2, no message with a code other than 0, more
than 5 seconds of processor time, no end within 60 seconds, more than 500 MB. Findings are kept in .build/mutants; exit code 1 if there are any.
Needs only Python's standard library.
"""
import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
FIXTURES = os.path.join(ROOT, "Tests/Fixtures/networks")
ENDINGS = {"onnx": (".onnx",), "pytorch": (".pt", ".pth"), "safetensors": (".safetensors",), "keras": (".h5", ".keras")}
SECONDS, PATIENCE, MEGABYTES, LARGEST = 5, 60, 500, 200_000


def seeds(format_name):
    found = []
    for folder, _, names in os.walk(FIXTURES):
        for name in sorted(names):
            path = os.path.join(folder, name)
            golden = "golden" in name
            if name.endswith(ENDINGS[format_name]) and not golden and os.path.getsize(path) <= LARGEST:
                found.append(path)
    return sorted(found)


def mutate(data, rng):
    """A few changes at random places; most of them near the start, where the structure lies."""
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 8))):
        if not data:
            break
        limit = len(data) if rng.random() < 0.5 else min(len(data), 2048)
        at, kind = rng.randrange(limit), rng.randrange(8)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            data[at : at + 8] = rng.choice((b"\xff" * 8, b"\x00" * 8, b"\xff" * 7 + b"\x7f", b"\x00" * 7 + b"\x80"))
        elif kind == 3:
            del data[at:]
        elif kind == 4:
            del data[at : at + rng.randrange(1, 64)]
        elif kind == 5:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randrange(1, 32)))
        elif kind == 6:
            start = rng.randrange(len(data))
            data[at:at] = data[start : start + rng.randrange(1, 256)]
        else:
            data[at] = rng.randrange(256)
    return bytes(data)


def mutant(path, target, rng):
    """Writes a changed copy; of an archive half of the time a member is changed and packed anew."""
    if zipfile.is_zipfile(path) and rng.random() < 0.5:
        with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
            infos = old.infolist()
            chosen = rng.choice(infos)
            for info in infos:
                content = old.read(info)
                new.writestr(info, mutate(content, rng) if info is chosen else content)
    else:
        with open(path, "rb") as file, open(target, "wb") as out:
            out.write(mutate(file.read(), rng))


def run(command):
    """Runs a command; gives its status as wait4 does, its seconds of processor time, its megabytes and its errors."""
    with tempfile.TemporaryFile() as errors:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors, stdin=subprocess.DEVNULL)
        while True:
            pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            if pid or time.monotonic() - start > PATIENCE:
                break
            time.sleep(0.002)
        if not pid:
            process.kill()
            _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
        seconds = usage.ru_utime + usage.ru_stime
        errors.seek(0)
        return status, seconds, usage.ru_maxrss / 1024, errors.read().decode("utf-8", "replace")


def classes(lethe, path):
    """`--classes` with as many names as the unchanged network has outputs."""
    with tempfile.TemporaryDirectory() as folder:
        *_, errors = run([lethe, "-w", folder + "/w", "model", "add", "m", path, "--task", "mutants"])
    outputs = re.search(r"has (\d+) outputs", errors)
    return ["--classes", ",".join(f"class{i}" for i in range(int(outputs[1])))] if outputs else []


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lethe", default=os.path.join(ROOT, ".build/release/lethe"))
    parser.add_argument("formats", nargs="*", metavar="FORMAT")
    options = parser.parse_args()
    kept = os.path.join(ROOT, ".build/mutants")
    findings = 0
    for format_name in options.formats or sorted(ENDINGS):
        originals = seeds(format_name)
        if not originals:
            print(f"{format_name}: no fixtures")
            continue
        rng = random.Random(f"{options.seed} {format_name}")
        named = {path: classes(options.lethe, path) for path in originals}
        accepted, slowest, largest = 0, 0.0, 0.0
        with tempfile.TemporaryDirectory() as folder:
            for name in os.listdir(os.path.dirname(originals[0])):
                # External tensors lie beside their models.
                if name.endswith((".bin", ".data")):
                    shutil.copy(os.path.join(os.path.dirname(originals[0]), name), folder)
            for number in range(options.count):
                path = originals[number % len(originals)]
                target = os.path.join(folder, "mutant" + os.path.splitext(path)[1])
                mutant(path, target, rng)
                status, seconds, megabytes, errors = run(
                    [options.lethe, "-w", os.path.join(folder, "warehouse"), "model", "add", f"m{number}",
                     target, "--task", "mutants", *named[path]])
                code = os.waitstatus_to_exitcode(status)
                accepted += code == 0
                slowest, largest = max(slowest, seconds), max(largest, megabytes)
                reasons = [
                    text for text, isTrue in (
                        (f"exit code {code}", code not in (0, 1, 2)), ("no message", code != 0 and not errors.strip()),
                        (f"{seconds:.1f} s", seconds > SECONDS), (f"{megabytes:.0f} MB", megabytes > MEGABYTES)) if isTrue]
                if reasons:
                    findings += 1
                    os.makedirs(kept, exist_ok=True)
                    copy = os.path.join(kept, f"{format_name}-{options.seed}-{number}{os.path.splitext(path)[1]}")
                    shutil.copy(target, copy)
                    print(f"{copy}: {', '.join(reasons)}: {errors.strip()[-300:]}", flush=True)
        print(
            f"{format_name}: {options.count} files of {len(originals)} originals, {accepted} still a network,"
            f" slowest {slowest:.2f} s, largest {largest:.0f} MB", flush=True)
    print(f"{findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
