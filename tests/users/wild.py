"""Pictures as nobody takes them: small files that cost much, from a seed."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from PIL import Image, ImageCms

MAX_BYTES = 8 << 20
FAST: dict[str, dict[str, int]] = {"JPEG": {"progressive": 1}, "PNG": {"compress_level": 1}, "WEBP": {"method": 0}}
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Wild:
    """A file, and whether it shows a left half of red and a right half of blue, if anything."""

    name: str
    content: bytes
    shows_halves: bool = True


def wild_pictures(seed: int, count: int) -> list[Wild]:
    """`count` files, of each kind about as many."""
    pick = random.Random(seed)
    kinds = list(KINDS)
    return [KINDS[kinds[number % len(kinds)]](pick) for number in range(count)]


@cache
def halves(kind: str, size: tuple[int, int], mode: str = "RGB", **options: Any) -> bytes:
    """A picture: its left half red, its right half blue."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    made = BytesIO()
    image.save(made, kind, **options)
    return made.getvalue()


def scans(size: tuple[int, int], number: int, times: int) -> bytes:
    """A progressive JPEG of which one scan, with its Huffman table, comes that many times more."""
    whole = halves("JPEG", size, progressive=True).removesuffix(b"\xff\xd9")
    _, *parts = whole.split(b"\xff\xc4")
    again = b"\xff\xc4" + parts[number % len(parts)]
    return whole + again * min(times, MAX_BYTES // len(again)) + b"\xff\xd9"


def segments(name: int, content: bytes, times: int) -> bytes:
    """A JPEG with that many segments of a kind before its pixels."""
    plain = halves("JPEG", (300, 200))
    return plain[:2] + struct.pack(">BBH", 0xFF, name, len(content) + 2).join([b""] * 2 + [content] * times) + plain[2:]


def chunk(name: bytes, content: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


@cache
def png(
    width: int, height: int, rows: bytes, *more: bytes, depth: int = 8, colours: int = 2, cut: int = 1 << 20
) -> bytes:
    """A PNG of raw rows, with chunks before its pixels, which come in pieces of `cut` bytes."""
    packed = zlib.compress(rows, 1)
    pixels = b"".join(chunk(b"IDAT", packed[at : at + cut]) for at in range(0, len(packed), cut))
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0))
    return PNG + header + b"".join(more) + pixels + chunk(b"IEND", b"")


@cache
def frames(kind: str, count: int) -> bytes:
    """An animation; its first frame shows the halves."""
    first = Image.open(BytesIO(halves("PNG", (200, 150))))
    others = [Image.new("RGB", first.size, (number % 256, 0, 0)) for number in range(count)]
    made = BytesIO()
    first.save(made, kind, save_all=True, append_images=others, duration=20)
    return made.getvalue()


def halved_rows(width: int, height: int) -> bytes:
    """The rows of halves in RGB."""
    return (b"\x00" + b"\xff\x00\x00" * (width // 2) + b"\x00\x00\xff" * (width - width // 2)) * height


def _many_scans(pick: random.Random) -> Wild:
    size, number, times = (
        pick.choice([(64, 64), (1500, 900), (6000, 4000)]),
        pick.randrange(10),
        pick.choice([1, 30, 500, 3640]),
    )
    return Wild(f"{size}, {times} scans like {number}", scans(size, number, times))


def _many_segments(pick: random.Random) -> Wild:
    name, length, times = (
        pick.choice([0xE1, 0xE2, 0xED, 0xFE, 0xDB]),
        pick.choice([0, 2, 65]),
        pick.choice([10, 150_000]),
    )
    head = pick.choice([b"", b"ICC_PROFILE\x00\x01\x01", b"Exif\x00\x00", b"Photoshop 3.0\x00", b"MPF\x00"])
    return Wild(f"{times} segments {name:x} of {head!r}", segments(name, head + b"\x00" * length, times))


def _wrong_size(pick: random.Random) -> Wild:
    plain = bytearray(halves("JPEG", (640, 480), progressive=pick.random() < 0.5))
    at = next(at for at in range(len(plain)) if plain[at] == 0xFF and plain[at + 1] in (0xC0, 0xC2))
    size = pick.choice([(65_500, 65_500), (20_000, 20_000), (65_500, 1), (1, 65_500), (6000, 4000), (0, 0)])
    plain[at + 5 : at + 9] = struct.pack(">HH", *size)
    return Wild(f"JPEG said to be {size}", bytes(plain), shows_halves=False)


def _many_chunks(pick: random.Random) -> Wild:
    name, times = (
        pick.choice([b"tEXt", b"zTXt", b"iTXt", b"fcTL", b"abCd", b"tIME", b"eXIf"]),
        pick.choice([10, 300_000]),
    )
    content = {b"zTXt": b"a\x00\x00" + zlib.compress(b"a" * 900_000, 9)}.get(name, b"a\x00\x00\x00\x00b")
    more = chunk(name, content) * min(times, MAX_BYTES // (12 + len(content)))
    return Wild(f"{times} chunks {name!r}", png(600, 400, halved_rows(600, 400), more))


def _many_pieces(pick: random.Random) -> Wild:
    side = pick.choice([100, 2000])
    return Wild(f"IDAT in single bytes, {side}", png(side, side, halved_rows(side, side), cut=pick.choice([1, 7])))


def _bomb(pick: random.Random) -> Wild:
    width, height = pick.choice([(5000, 4900), (9000, 9000), (30_000, 30_000), (2_000_000_000, 1), (1, 2**31 - 1)])
    depth, colours = pick.choice([(1, 0), (8, 2), (16, 6)])
    return Wild(
        f"PNG of {width} × {height}", png(width, height, b"\x00" * 5_000_000, depth=depth, colours=colours), False
    )


def _large(pick: random.Random) -> Wild:
    kind, size = pick.choice(["JPEG", "PNG", "WEBP"]), pick.choice([(6000, 4000), (4900, 5100)])
    return Wild(f"{kind} of {size}", halves(kind, size, **FAST[kind]))


def _many_frames(pick: random.Random) -> Wild:
    kind, count = pick.choice(["WEBP", "PNG"]), pick.choice([2, 300])
    return Wild(f"{kind} of {count} frames", frames(kind, count))


def _profile(pick: random.Random) -> Wild:
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for _ in range(pick.choice([0, 3, 40])):
        profile[pick.randrange(40, len(profile))] = pick.randrange(256)
    more = pick.choice([b"", b"\x00" * 4_000_000, pick.randbytes(300_000)])
    kind = pick.choice(["JPEG", "PNG", "WEBP"])
    changed = profile[40:] != ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()[40:]
    return Wild(
        f"{kind} with a broken profile", halves(kind, (300, 200), icc_profile=bytes(profile) + more), not changed
    )


def _cut(pick: random.Random) -> Wild:
    whole = halves(pick.choice(["JPEG", "PNG", "WEBP"]), (1200, 900))
    wrong = bytearray(whole[: pick.randrange(20, len(whole))] if pick.random() < 0.4 else whole)
    for _ in range(pick.choice([0, 1, 20])):
        wrong[pick.randrange(12, len(wrong))] = pick.randrange(256)
    return Wild("cut or changed", bytes(wrong), shows_halves=False)


KINDS: dict[str, Callable[[random.Random], Wild]] = {
    "scans": _many_scans,
    "segments": _many_segments,
    "wrong size": _wrong_size,
    "chunks": _many_chunks,
    "pieces": _many_pieces,
    "bomb": _bomb,
    "large": _large,
    "frames": _many_frames,
    "profile": _profile,
    "cut": _cut,
}
