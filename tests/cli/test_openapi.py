"""`scout-os openapi`."""

from __future__ import annotations

from pathlib import Path

from tests.process import scout_os

COMMITTED = Path(__file__).parents[2] / "docs" / "openapi.json"


def test_the_committed_document_is_what_the_command_prints(tmp_path: Path) -> None:
    """Clients make their types from docs/openapi.json; `make openapi` writes it anew."""
    printed = scout_os("openapi", data_dir=tmp_path)
    assert printed.returncode == 0, printed.stderr
    assert printed.stdout == COMMITTED.read_text()
