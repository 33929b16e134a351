"""What an upload looks like afterwards, compared with what other programs make of it (`references/make.sh`)."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from scout_os.users.pictures import REFUSALS, SIDE, normalise
from scout_os.users.problems import PictureFormat, PictureInvalid

REFERENCES = Path(__file__).parent / "references"
SHOWN = ".shown.png"
PICTURES = sorted(path.name for path in REFERENCES.iterdir() if path.suffix != ".sh" and not path.name.endswith(SHOWN))
MAX_DIFFERENCE = 2.0
"""Of 255, on average over all pixels."""
OTHER_FORMATS = {
    "HEIC": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "AVIF": b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
    "GIF": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "TIFF": b"II*\x00\x08\x00\x00\x00\x00\x00",
    "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "WAVE": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "nothing": b"",
}


@pytest.mark.parametrize("name", PICTURES)
def test_colours_and_turns_are_those_that_other_programs_show(name: str) -> None:
    """Profiles, CMYK, 16 bits, transparency, first frames and EXIF turns differ by no more than what compression costs."""
    made = Image.open(BytesIO(normalise((REFERENCES / name).read_bytes())))
    wanted = Image.open(REFERENCES / (name + SHOWN))
    assert (made.format, made.mode, made.size) == ("JPEG", "RGB", (SIDE, SIDE))
    difference = ImageChops.difference(made.resize(wanted.size, Image.Resampling.BOX), wanted.convert("RGB"))
    assert sum(ImageStat.Stat(difference).mean) / 3 <= MAX_DIFFERENCE


@pytest.mark.parametrize("name", OTHER_FORMATS)
def test_another_format_has_a_reason_of_its_own(name: str) -> None:
    """What a phone or a web page may offer beside JPEG, PNG and WebP is not called broken."""
    with pytest.raises(PictureFormat):
        normalise(OTHER_FORMATS[name])


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_lost_its_end_is_broken(name: str) -> None:
    """An upload of which the second half is missing is refused, not shown in part."""
    content = (REFERENCES / name).read_bytes()
    with pytest.raises(PictureInvalid):
        normalise(content[: len(content) // 2])


@pytest.mark.parametrize(("content", "refusal"), [(b"GIF89a", PictureFormat), (b"\xff\xd8\xff", PictureInvalid)])
def test_the_program_tells_its_refusal_by_its_status(content: bytes, refusal: type[Exception]) -> None:
    """Who starts the program learns the reason from the exit status, and gets no picture."""
    ended = subprocess.run(
        [sys.executable, "-I", "-m", normalise.__module__], input=content, capture_output=True, check=False
    )
    assert (REFUSALS[ended.returncode], ended.stdout) == (refusal, b"")
