"""Pictures from outside, made into what we show: one size, one format, and nothing of the file that came."""

from __future__ import annotations

from io import BytesIO

from PIL import ExifTags, Image, ImageOps

from scout_os.users.problems import PictureInvalid

SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 24_000_000
"""A phone's picture; a file that unfolds to more is made to hurt."""
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
"""By the orientation that EXIF names."""


def normalise(content: bytes) -> bytes:
    """A JPEG of `SIDE` × `SIDE` pixels cut from the middle; raises `PictureInvalid`. Takes up to a second of a CPU.

    What `content` is, it alone says: names and types that came with it do not count. Only pixels are taken over, so
    nothing is left of places, comments, profiles, or of what else a file may hold.
    """
    try:
        square = _square(content)
    except MemoryError:
        raise
    except Exception as error:  # the library raises what it comes upon: errors of `struct`, `zlib`, indices, types …
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
        picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG need not be unfolded to its full size
        picture.load()
        turn = _turn(picture)
        square = ImageOps.fit(picture.convert("RGBA"), (SIDE, SIDE))
        return square if turn is None else square.transpose(turn)


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """What brings the picture upright, if it says so. Cameras and editors write much into EXIF that cannot be read."""
    try:
        return _TURNS.get(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # as above; the pixels may be good all the same
        return None
