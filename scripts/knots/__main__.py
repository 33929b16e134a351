"""Draw all knots, or those named: `python -m scripts.knots [simpul_mati …]`."""

from __future__ import annotations

import sys
from pathlib import Path

from scripts.knots.description import Faulty
from scripts.knots.paint import draw

DRAWINGS = Path(__file__).parent / "drawings"
TARGET = Path(__file__).parents[2] / "content" / "pramuka" / "media"


def main(names: list[str]) -> int:
    """Write the SVG files; 1 if a description is faulty."""
    TARGET.mkdir(exist_ok=True)
    faulty = 0
    for path in sorted(DRAWINGS.glob("*.yaml")):
        if names and path.stem not in names:
            continue
        try:
            files = draw(path)
        except Faulty as fault:
            sys.stderr.write(f"{fault}\n")
            faulty = 1
        else:
            for name, svg in files.items():
                (TARGET / name).write_text(svg, "utf-8")
    return faulty


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
