"""No secret lies in the repository for anyone to read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_KEPT = {".git", ".venv", "var", "dist", "node_modules"}
"""Directories that no checkout holds, beside the tools' caches."""

SECRETS = {
    "a private key": r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY",
    "a signing key": r"""\w*SECRET_KEY["']?\s*[=:]\s*["']?(?P<value>[^\s"'`,;)]{8,})""",
    "a password in a URL": r"""\b[a-z][a-z0-9+]*://[^\s:/@"'`]*:(?P<value>[^\s/@"'`]+)@""",
    "a token": r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}",
    "a cloud or forge key": r"\b(?:AKIA[0-9A-Z]{16}|AIza[\w-]{35}|gh[pousr]_\w{36}|GOCSPX-[\w-]{20,}|xox[bp]-[\w-]{20,})",
}
PLAINLY_NO_SECRET = re.compile(
    r"[${}<>*…(]|\.\.\.|^(?:secret|password|passwort|pass|pw|changeme)$|example|placeholder|for.?tests?|SecretStr|None"
    r"|(?i:not.a.secret)",
)
"""References, calls, gaps to fill in, and words that stand for themselves."""
PLAIN_WORD = re.compile("[a-z]{1,8}")
"""What tests, and only they, may use as a password."""

SAMPLES = {
    "a private key": "-----BEGIN {}PRIVATE KEY-----".format("RSA "),
    "a signing key": "SCOUT_SECRET_KEY{}h7Gk29fTq0Lx81".format("="),
    "a password in a URL": "postgresql://scout{}hunter2@db.internal/scout".format(":"),
    "a token": "eyJhbGciOiJI.{}eyJzdWIiOiIx.c2lnbmF0dXJlLW9mLXNvcnRz".format(""),
    "a cloud or forge key": "AKIA" + "A1B2" * 4,
}
"""Put together at run time, or this file would find itself."""


def test_no_secret_is_in_the_repository() -> None:
    """No kept file holds a private key, a signing key, a token or a password in a URL, and what holds some is ignored."""
    files = list(kept_files(ROOT))
    assert {"pyproject.toml", "README.md"} <= {path.name for path in files}
    assert len(files) > 100
    found = [f"{path.relative_to(ROOT)}: {kind}" for path in files for kind in secrets_in(path)]
    assert found == []
    assert [path for path in files if path.name in {".env", "secret_key", "instance.json"}] == []
    assert {".venv/", "var/"} <= set((ROOT / ".gitignore").read_text().split())


@pytest.mark.parametrize("kind", SECRETS)
def test_a_secret_of_each_kind_is_found(kind: str, tmp_path: Path) -> None:
    """A file with a secret of each kind is reported, so that the search above means something."""
    (tmp_path / "settings.txt").write_text(f"first line\n{SAMPLES[kind]}\n")
    assert [found for path in kept_files(tmp_path) for found in secrets_in(path)] == [kind]


def kept_files(root: Path) -> Iterator[Path]:
    """All files below `root` that a checkout may hold."""
    for path in root.iterdir():
        if path.is_symlink():
            continue
        if path.is_file():
            yield path
        elif path.name not in NOT_KEPT and path.name != "__pycache__" and not path.name.endswith("_cache"):
            yield from kept_files(path)


def secrets_in(path: Path) -> list[str]:
    """The kinds of secrets in a file."""
    text = path.read_text("utf-8", errors="ignore")
    return [
        kind
        for kind, pattern in SECRETS.items()
        if any(is_secret(match.groupdict().get("value") or "", path) for match in re.finditer(pattern, text))
    ]


def is_secret(value: str, path: Path) -> bool:
    """Whether a value found in a secret's place may be one; where the pattern alone tells, it is empty."""
    if path.is_relative_to(ROOT / "tests") and PLAIN_WORD.fullmatch(value):
        return False
    return not PLAINLY_NO_SECRET.search(value)
