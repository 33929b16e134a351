"""Converts one uploaded picture: the program of the process that `picture_process.py` starts for each upload.

The decoders are in C, and what they cost is decided by the upload. So they run under limits, apart from the service.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageOps

from scout_os.users.problems import PictureFormat, PictureInvalid, PictureTooDetailed

SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 25_000_000
"""To decode at most. A JPEG is decoded at a reduced size, so this is no bound for a camera's photo."""
MAX_MEMORY_BYTES = 768 * 1024 * 1024
"""Of addresses. A WebP of `MAX_PIXELS`, the costliest, takes 420 MB."""
CPU_SECONDS = 1.7
"""After the start, which takes 0.1 s. The costliest whole picture takes 0.7 s."""
QUALITY = 85
REFUSALS = {3: PictureInvalid, 4: PictureFormat, 5: PictureTooDetailed}
"""By exit status."""
_NICE = 10
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF orientation."""


def main() -> None:
    """Read a picture from standard input and write ours to standard output, or exit with the status of a refusal."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash must not leave a child's picture in a file
    if sys.platform == "linux":  # elsewhere the limit is refused or means something else
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)  # unlike RLIMIT_CPU it counts fractions; SIGPROF ends the process
    os.nice(_NICE)
    Image.MAX_IMAGE_PIXELS = None  # Pillow's own bound knows nothing of a reduced size
    try:
        made = normalise(sys.stdin.buffer.read())
    except tuple(REFUSALS.values()) as refusal:
        sys.exit(next(status for status, kind in REFUSALS.items() if isinstance(refusal, kind)))
    sys.stdout.buffer.write(made)


def normalise(content: bytes) -> bytes:
    """A JPEG of `SIDE` × `SIDE` pixels from the centre, in sRGB; raises one of `REFUSALS`.

    The format is detected from `content` alone. Only pixels are copied, so locations, comments and other metadata are
    dropped. Of an animation the first frame is shown.
    """
    if not (content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or content[:4] + content[8:12] == b"RIFFWEBP"):
        raise PictureFormat
    try:
        square = _square(content)
    except (MemoryError, PictureTooDetailed) as error:
        raise PictureTooDetailed from error
    except Exception as error:  # Pillow raises many types for broken files: `struct.error`, `zlib.error`, IndexError …
        raise PictureInvalid from error
    made = BytesIO()
    square.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _square(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # decodes a JPEG at a reduced size
        if picture.width * picture.height > MAX_PIXELS:
            raise PictureTooDetailed
        picture.load()
        turn = _turn(picture)
        square = _resized(picture)
        profile: bytes | None = picture.info.get("icc_profile")
    clean = Image.new("RGB", (SIDE, SIDE), "white")
    if square.mode in {"LA", "RGBA"}:
        coloured = _in_srgb(square.convert(square.mode[:-1]), profile)
        clean.paste(coloured, mask=square.getchannel("A"))
    else:
        clean.paste(_in_srgb(square, profile))
    return clean if turn is None else clean.transpose(turn)


def _resized(picture: Image.Image) -> Image.Image:
    """The square from the centre, with 8 bits a channel: L, RGB or CMYK, or LA or RGBA."""
    if picture.mode == "I;16":
        return ImageOps.fit(picture, (SIDE, SIDE)).point(lambda grey: grey * (1 / 257)).convert("L")
    if picture.has_transparency_data and picture.mode != "LA":
        picture = picture.convert("RGBA")
    elif picture.mode in {"1", "P"}:
        picture = picture.convert("L" if picture.mode == "1" else "RGB")
    return ImageOps.fit(picture, (SIDE, SIDE))


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """The image in sRGB. A profile that cannot be read, or is for other channels, counts as none."""
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile or b""))
        if image.mode == "L" and source.profile.xcolor_space == "RGB ":
            image = image.convert("RGB")
        converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        converted = None
    return converted or image.convert("RGB")


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """The rotation that EXIF asks for, if EXIF is readable."""
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # as above; the pixels may be fine nevertheless
        return None


if __name__ == "__main__":
    main()
