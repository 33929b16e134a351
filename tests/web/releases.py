"""Another release of the web app, made from the one that was built."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

from scout_os.web_app import find_build

INDEX_REVISION = re.compile(r"(index\.html[^}]*?revision[^}]*?)([0-9a-f]{16})")


def next_release(directory: Path) -> Path:
    """The present build in `directory`, with a page that says `<meta name="release" content="next">`, and its worker."""
    build = find_build()
    assert build is not None
    shutil.copytree(build, directory)
    page, worker = directory / "index.html", directory / "worker.js"
    page.write_text(page.read_text().replace("<head>", '<head><meta name="release" content="next">'))
    revision = hashlib.sha256(page.read_bytes()).hexdigest()[:16]
    changed, count = INDEX_REVISION.subn(rf"\g<1>{revision}", worker.read_text())
    assert count == 1
    worker.write_text(changed)
    for twin in (*directory.glob("*.br"), *directory.glob("*.gz")):
        twin.unlink()
    return directory
