"""Makes the fixtures of the preprocessing tests with Pillow and numpy: python3 generate.py

The pictures are parts of ../raster/source.png (61×47). NAME.raw: width, height, channels as
little-endian uint32, then the samples.
"""
import pathlib
import struct

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).parent
source = Image.open(HERE.parent / "raster" / "source.png")


def raw(name, image):
    array = np.asarray(image, np.uint8)
    channels = 1 if array.ndim == 2 else array.shape[2]
    header = struct.pack("<III", array.shape[1], array.shape[0], channels)
    (HERE / f"{name}.raw").write_bytes(header + array.tobytes())


def shorter_side(image, resize, size):
    """torchvision.transforms: Resize(resize), then CenterCrop(size)."""
    w, h = image.size
    if w <= h:
        new = (resize, int(resize * h / w))
    else:
        new = (int(resize * w / h), resize)
    image = image.resize(new, Image.BILINEAR)
    left, top = int(round((new[0] - size) / 2.0)), int(round((new[1] - size) / 2.0))
    return image.crop((left, top, left + size, top + size))


raw("shorter-side-32-27", shorter_side(source, 32, 27))
raw("shorter-side-tall-32-28", shorter_side(source.transpose(Image.TRANSPOSE), 32, 28))
# A box of 30×20 at (40, 30) with a fifth more on each side leaves the picture on two sides.
raw("face-box", source.crop((34, 26, 76, 54)).resize((24, 24), Image.BILINEAR))
raw("luma", source.convert("L"))

# Eyes at (20, 20) and (44, 26) in an input of 96 pixels: the picture grows, so Pillow's own
# bilinear transform is the reference. Pillow takes the inverse map, from the input to the picture.
size, left, right = 96, np.array([20.0, 20.0]), np.array([44.0, 26.0])
dx, dy = right - left
scale = 0.3 * size / (dx * dx + dy * dy)
a, b = scale * dx, -scale * dy
shift = np.array([0.35 * size, 0.4 * size]) - np.array([[a, -b], [b, a]]) @ left
inverse = np.linalg.inv(np.array([[a, -b, shift[0]], [b, a, shift[1]], [0, 0, 1]]))
raw(
    "eyes",
    source.transform((size, size), Image.AFFINE, inverse[:2].ravel().tolist(), Image.BILINEAR),
)
