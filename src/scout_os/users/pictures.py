"""Pictures from outside, made into what we show: one size, one format, and nothing of the file that came."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from scout_os.users.problems import PictureInvalid

SIDE = 512
FORMATS = ("JPEG", "PNG", "WEBP")
MAX_PIXELS = 24_000_000
"""A phone's picture; a file that unfolds to more is made to hurt."""
QUALITY = 85


def normalise(content: bytes) -> bytes:
    """A JPEG of `SIDE` × `SIDE` pixels cut from the middle; raises `PictureInvalid`. Takes up to a second of a CPU.

    What `content` is, it alone says: names and types that came with it do not count. Only pixels are taken over, so
    nothing is left of places, comments, profiles, or of what else a file may hold.
    """
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise PictureInvalid
            picture.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG need not be unfolded to its full size
            upright = ImageOps.exif_transpose(picture).convert("RGBA")
            fitted = ImageOps.fit(upright, (SIDE, SIDE))
    except (OSError, ValueError, SyntaxError, EOFError, OverflowError, Image.DecompressionBombError) as error:
        raise PictureInvalid from error
    clean = Image.new("RGB", (SIDE, SIDE), "white")
    clean.paste(fitted, mask=fitted.getchannel("A"))
    made = BytesIO()
    clean.save(made, "JPEG", quality=QUALITY)
    return made.getvalue()
