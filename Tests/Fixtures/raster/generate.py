"""Makes the fixtures of RasterTests with Pillow (10 or later) and numpy: python3 generate.py

Each picture NAME.EXT has its expected pixels in NAME.raw: width, height, channels as little-endian
uint32, then the samples. resize-FILTER-WxH.raw holds Pillow's resizing of source.png.
"""
import pathlib
import struct

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent


def raw(name, array):
    array = np.asarray(array, np.uint8)
    channels = 1 if array.ndim == 2 else array.shape[2]
    header = struct.pack("<III", array.shape[1], array.shape[0], channels)
    (HERE / f"{name}.raw").write_bytes(header + array.tobytes())


def picture(width, height):
    y, x = np.mgrid[0:height, 0:width]
    waves = [np.sin(x / a + y / b) * 90 + 128 for a, b in ((5, 9), (-7, 4), (3, 11))]
    noise = np.random.default_rng(7).normal(0, 12, (height, width, 3))
    return np.clip(np.stack(waves, 2) + noise, 0, 255).astype(np.uint8)


source = picture(61, 47)
grey = source[..., 1]
Image.fromarray(source).save(HERE / "source.png")
raw("source", source)
Image.fromarray(grey).save(HERE / "grey.png")
raw("grey", grey)

Image.fromarray((grey > 128)).save(HERE / "one-bit.png")
raw("one-bit", (grey > 128) * 255)

indexed = Image.fromarray(source).quantize(37)
indexed.save(HERE / "palette.png")
raw("palette", indexed.convert("RGB"))

deep = grey.astype(np.uint16) * 257
Image.fromarray(deep).save(HERE / "deep.png")
raw("deep", grey)

alpha = np.where(grey > 100, 255, 0).astype(np.uint8)
Image.fromarray(np.dstack([source, alpha])).save(HERE / "alpha.png")
raw("alpha", source * (alpha[..., None] > 0))

for name, image, options in (
    ("photo", Image.fromarray(source), {"quality": 90}),
    ("progressive", Image.fromarray(source), {"quality": 85, "progressive": True}),
    ("grey-photo", Image.fromarray(grey), {"quality": 90}),
    ("inks", Image.fromarray(source).convert("CMYK"), {"quality": 95}),
):
    image.save(HERE / f"{name}.jpg", **options)
    raw(name, Image.open(HERE / f"{name}.jpg").convert("L" if image.mode == "L" else "RGB"))

FILTERS = {"nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR}
for name, kind in FILTERS.items():
    for size in ((20, 13), (64, 64), (61, 20), (150, 31)):
        resized = Image.fromarray(source).resize(size, kind)
        raw(f"resize-{name}-{size[0]}x{size[1]}", resized)
