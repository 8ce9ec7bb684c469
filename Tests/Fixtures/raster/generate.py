"""Makes the fixtures of RasterTests with Pillow (10 or later) and numpy: python3 generate.py

Each picture NAME.EXT has its expected pixels in NAME.raw: width, height, channels as little-endian
uint32, then the samples. resize-FILTER-WxH.raw holds Pillow's resizing of source.png.
"""
import pathlib
import struct

import numpy as np
from PIL import Image, ImageOps

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
raw("alpha", source)

# Opacity is left out, as convert("RGB") does; 16-bit samples count by their high byte.
veil = np.clip(grey.astype(int) * 2 - 128, 0, 255).astype(np.uint8)
Image.fromarray(np.dstack([source, veil])).save(HERE / "veil.png")
raw("veil", Image.open(HERE / "veil.png").convert("RGB"))
Image.fromarray(np.dstack([grey, veil])).save(HERE / "grey-veil.png")
raw("grey-veil", Image.open(HERE / "grey-veil.png").convert("L"))
indexed.save(HERE / "palette-veil.png", transparency=bytes(range(0, 185, 5)))
raw("palette-veil", Image.open(HERE / "palette-veil.png").convert("RGB"))
Image.fromarray(source).save(HERE / "key.png", transparency=tuple(int(c) for c in source[3, 5]))
raw("key", Image.open(HERE / "key.png").convert("RGB"))
fine = grey.astype(np.uint16) * 256 + np.arange(61, dtype=np.uint16) * 4
Image.fromarray(fine).save(HERE / "fine.png")
raw("fine", fine >> 8)
indexed.quantize(4).save(HERE / "four-colours.png", bits=2)
raw("four-colours", Image.open(HERE / "four-colours.png").convert("RGB"))

for name, image, options in (
    ("photo", Image.fromarray(source), {"quality": 90}),
    ("progressive", Image.fromarray(source), {"quality": 85, "progressive": True}),
    ("grey-photo", Image.fromarray(grey), {"quality": 90}),
    ("inks", Image.fromarray(source).convert("CMYK"), {"quality": 95}),
):
    image.save(HERE / f"{name}.jpg", **options)
    raw(name, Image.open(HERE / f"{name}.jpg").convert("L" if image.mode == "L" else "RGB"))

for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x010E] = "a picture"
    exif[0x0112] = orientation
    name = f"exif-{orientation}"
    Image.fromarray(source[:40, :24]).save(HERE / f"{name}.jpg", quality=92, exif=exif)
    raw(name, ImageOps.exif_transpose(Image.open(HERE / f"{name}.jpg")))

FILTERS = {"nearest": Image.NEAREST, "box": Image.BOX, "bilinear": Image.BILINEAR}
for name, kind in FILTERS.items():
    for size in ((20, 13), (64, 64), (61, 20), (150, 31)):
        resized = Image.fromarray(source).resize(size, kind)
        raw(f"resize-{name}-{size[0]}x{size[1]}", resized)
