"""PNG files of every kind, and the bytes that Pillow decodes them to: png_reference.json.

Run with Pillow 9.4 (Debian: python3-pil): python3 test/golden/png_reference.py > test/golden/png_reference.json
Every colour type, bit depth and interlacing, with and without tRNS, palettes of several lengths, by all filters. Pillow cuts
grey of 16 bits at 255; of these the high byte is written instead, as readPng documents.
"""
import base64
import io
import json
import struct
import zlib

from PIL import Image

ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def sample(x, y, c, color, depth, entries):
    value = (x * 40503 + y * 30011 + c * 12345 + x * y * 977) & 0xFFFF
    if color == 3:
        return value % entries
    return value >> (16 - depth)


def packed(values, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", v) for v in values)
    if depth == 8:
        return bytes(values)
    bits = "".join(format(v, f"0{depth}b") for v in values)
    bits += "0" * (-len(bits) % 8)
    return bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits), 8))


def paeth(a, b, c):
    p = a + b - c
    pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
    return a if pa <= pb and pa <= pc else b if pb <= pc else c


def filtered(rows, step):
    out = b""
    above = bytes(len(rows[0])) if rows else b""
    for y, row in enumerate(rows):
        kind = y % 5
        line = bytearray([kind])
        for i, value in enumerate(row):
            left = row[i - step] if i >= step else 0
            corner = above[i - step] if i >= step else 0
            guess = [0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner)][kind]
            line.append((value - guess) & 255)
        out += bytes(line)
        above = row
    return out


def make(width, height, color, depth, interlaced, trns, entries):
    step = max(1, SAMPLES[color] * depth // 8)
    raw = b""
    for x0, y0, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        rows = []
        for y in range(y0, height, dy):
            values = [
                sample(x, y, c, color, depth, entries) for x in range(x0, width, dx) for c in range(SAMPLES[color])
            ]
            rows.append(packed(values, depth))
        if rows and rows[0]:
            raw += filtered(rows, step)
    data = b"\x89PNG\r\n\x1a\n"
    data += chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced))
    if color == 3:
        data += chunk(b"PLTE", bytes((i * 7 + c * 91 + i * i) & 255 for i in range(entries) for c in range(3)))
    if trns:
        if color == 3:
            data += chunk(b"tRNS", bytes(i * 60 & 255 for i in range(min(entries, 5))))
        else:
            first = [sample(0, 0, c, color, depth, entries) for c in range(SAMPLES[color])]
            data += chunk(b"tRNS", b"".join(struct.pack(">H", v) for v in first))
    packed_raw = zlib.compress(raw, 9)
    data += chunk(b"IDAT", packed_raw[:20]) + chunk(b"IDAT", packed_raw[20:])
    return data + chunk(b"IEND", b"")


def levels(width, height):
    """The high bytes of 16-bit grey, which Pillow would cut at 255."""
    return bytes(sample(x, y, 0, 0, 16, 0) >> 8 for y in range(height) for x in range(width))


cases = []
for color, depths in [(0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16])]:
    for depth in depths:
        for interlaced in [0, 1]:
            for trns in [False, True] if color in (0, 2, 3) else [False]:
                for width, height in [(13, 11), (1, 1), (3, 2)]:
                    entries = min(2**depth, 1 + (2**depth * 3) // 4)
                    data = make(width, height, color, depth, interlaced, trns, entries)
                    image = Image.open(io.BytesIO(data))
                    if color == 0 and depth == 16:
                        grey = levels(width, height)
                        rgb = bytes(v for v in grey for _ in range(3))
                    else:
                        rgb = image.convert("RGB").tobytes()
                        grey = image.convert("L").tobytes()
                    cases.append(
                        {
                            "name": f"type {color}, {depth} bit{', interlaced' if interlaced else ''}{', tRNS' if trns else ''}, {width} x {height}",
                            "colorType": color,
                            "bitDepth": depth,
                            "width": width,
                            "height": height,
                            "file": base64.b64encode(data).decode(),
                            "rgb": base64.b64encode(rgb).decode(),
                            "grey": base64.b64encode(grey).decode(),
                        }
                    )
print(json.dumps(cases, indent=0))
