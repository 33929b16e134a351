"""Converts uploaded pictures to one size and format, without the metadata of the upload."""

from __future__ import annotations

from io import BytesIO

from PIL import ExifTags, Image, ImageOps

from scout_os.users.problems import PictureInvalid

SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 24_000_000
"""A phone's picture; a file that decodes to more is an attack."""
QUALITY = 85
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


def normalise(content: bytes) -> bytes:
    """A JPEG of `SIDE` × `SIDE` pixels from the centre; raises `PictureInvalid`. Takes up to a second of CPU.

    The format is detected from `content` alone. Only pixels are copied, so locations, comments and other metadata are
    dropped.
    """
    try:
        square = _square(content)
    except MemoryError:
        raise
    except Exception as error:  # Pillow raises many types for broken files: `struct.error`, `zlib.error`, IndexError …
        raise PictureInvalid from error
    clean = Image.new("RGB", (SIDE, SIDE), "white")
    clean.paste(square, mask=square.getchannel("A"))
    made = BytesIO()
    clean.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()


def _square(content: bytes) -> Image.Image:
    with Image.open(BytesIO(content), formats=FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise PictureInvalid
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # decodes a JPEG at a reduced size
        picture.load()
        turn = _turn(picture)
        square = ImageOps.fit(picture.convert("RGBA"), (SIDE, SIDE))
        return square if turn is None else square.transpose(turn)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """The rotation that EXIF asks for, if EXIF is readable."""
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # as above; the pixels may be fine nevertheless
        return None
