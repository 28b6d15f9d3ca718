"""Makes slic_reference.json: what scikit-image 0.19.3 (Debian: python3-skimage) answers to many options.

The pictures are made by a formula, here and in test/slic.reference.test.ts, so that only hashes need to be kept.
Run: python3 slic_reference.py > slic_reference.json
"""
import hashlib
import json
import sys

import numpy as np
import skimage
from skimage.segmentation import slic


def picture(kind, width, height):
    """RGB bytes: patches with noise, ramps, pure noise, or one colour with noise in a corner."""
    state = 12345
    data = np.zeros((height, width, 3), dtype=np.uint8)
    for y in range(height):
        for x in range(width):
            for c in range(3):
                state = (state * 1664525 + 1013904223) % 2**32
                noise = state >> 24
                if kind == "patches":
                    value = (((x >> 4) ^ (y >> 3)) * 37 + c * 50) % 200 + noise % 23
                elif kind == "ramps":
                    value = (x * (c + 1) * 255 // max(width - 1, 1) // 3 + y * 80 // max(height - 1, 1)) % 240 + noise % 5
                elif kind == "noise":
                    value = noise
                else:
                    value = 120 + 10 * c + (noise % 40 if x < width // 4 and y < height // 4 else 0)
                data[y, x, c] = value
    return data


SMALL = [(64, 48), (97, 61), (40, 120), (200, 9), (333, 250)]
CASES = []
for kind in ["patches", "ramps", "noise", "corner"]:
    for width, height in SMALL:
        CASES.append((kind, width, height, {"segments": 100}))
for options in [
    {"segments": 1}, {"segments": 2}, {"segments": 7}, {"segments": 25}, {"segments": 400}, {"segments": 3000},
    {"segments": 5917}, {"segments": 100000}, {"sigma": 0}, {"sigma": 0.3}, {"sigma": 5.5}, {"sigma": 20},
    {"compactness": 10, "zero": False}, {"compactness": 0.1, "zero": False}, {"compactness": 100, "zero": False},
    {"compactness": 1}, {"compactness": 0.001}, {"iterations": 1}, {"iterations": 2}, {"iterations": 40},
    {"connectivity": False}, {"connectivity": False, "segments": 300}, {"minSizeFactor": 0}, {"minSizeFactor": 1.5},
    {"maxSizeFactor": 0.7}, {"maxSizeFactor": 1, "minSizeFactor": 0.9}, {"maxSizeFactor": 30},
]:
    CASES.append(("patches", 97, 61, {"segments": 60, **options}))
for width, height in [(300, 1), (1, 300), (2, 90), (90, 3), (17, 17), (8, 8), (1, 1), (5, 4)]:
    CASES.append(("patches", width, height, {"segments": 12}))


def labels_of(kind, width, height, o):
    return slic(
        picture(kind, width, height),
        n_segments=o.get("segments", 1000), compactness=o.get("compactness", 0.01), sigma=float(o.get("sigma", 2)),
        max_num_iter=o.get("iterations", 10), slic_zero=o.get("zero", True),
        enforce_connectivity=o.get("connectivity", True), min_size_factor=o.get("minSizeFactor", 0.5),
        max_size_factor=o.get("maxSizeFactor", 3), start_label=0, channel_axis=-1)


assert skimage.__version__ == "0.19.3", skimage.__version__
json.dump([
    {"kind": kind, "width": width, "height": height, "options": options,
     "sha256": hashlib.sha256(labels_of(kind, width, height, options).astype("<i4").tobytes()).hexdigest()}
    for kind, width, height, options in CASES
], sys.stdout, indent=0)
sys.stdout.write("\n")
