"""A pack's files as bytes. Links are never followed, because a stranger may have written the pack."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from scout_os.training.content.issues import Place, Report

SUFFIXES = {".yaml", ".yml"}
MAX_BYTES = 5 * 2**20
_READ_ONLY = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class Unreadable(Exception):
    """The file or directory is not read, for this reason."""


def read_files(directory: Path, report: Report) -> Iterator[tuple[str, bytes | None]]:
    """Name and content of every visible `*.yaml` and `*.yml` directly in the directory, by name.

    The content is None, with a note, for what cannot be read.
    """
    try:
        opened = _open_directory(directory)
    except (Unreadable, OSError) as error:
        report.add(Place(str(directory), 1), f"the directory cannot be read: {_reason(error)}")
        return
    try:
        for name in _list_names(opened, directory, report):
            try:
                yield name, _read(name, opened, MAX_BYTES)
            except (Unreadable, OSError) as error:
                prefix = "" if isinstance(error, Unreadable) else "the file cannot be read: "
                report.add(Place(name, 1), prefix + _reason(error))
                yield name, None
    finally:
        os.close(opened)


def read_one(directory: Path, name: str, max_bytes: int) -> bytes:
    """The content of one file directly in the directory; raises `Unreadable`."""
    try:
        opened = _open_directory(directory)
        try:
            return _read(name, opened, max_bytes)
        finally:
            os.close(opened)
    except OSError as error:
        raise Unreadable(_reason(error)) from error


def _open_directory(directory: Path) -> int:
    if directory.is_symlink():
        raise Unreadable("it is a symbolic link: name the directory that it leads to")
    return os.open(directory, _READ_ONLY | os.O_DIRECTORY)


def _list_names(opened: int, directory: Path, report: Report) -> list[str]:
    # Editors and file managers leave hidden companions such as `._puk.yaml` behind.
    visible = sorted(name for name in os.listdir(opened) if not name.startswith("."))
    names = [name for name in visible if Path(name).suffix.lower() in SUFFIXES]
    for name in visible:
        if name.lower().endswith((".yaml.txt", ".yml.txt")):
            report.add(Place(name, 1), f"not read because of its name: rename it to {name[:-4]}")
    if not names:
        report.add(Place(str(directory), 1), "the directory holds no *.yaml file")
    return names


def _read(name: str, opened: int, max_bytes: int) -> bytes:
    # Look before opening: opening a device may do something, and a socket gives an obscure error.
    _check_kind(os.stat(name, dir_fd=opened, follow_symlinks=False).st_mode)
    with os.fdopen(os.open(name, _READ_ONLY, dir_fd=opened), "rb") as file:
        _check_kind(os.fstat(file.fileno()).st_mode)
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        size = f"{max_bytes // 2**20} MiB" if max_bytes >= 2**20 else f"{max_bytes // 2**10} KiB"
        raise Unreadable(f"the file is larger than {size}")
    return content


def _check_kind(mode: int) -> None:
    if stat.S_ISLNK(mode):
        raise Unreadable("a symbolic link: put the file itself here")
    if not stat.S_ISREG(mode):
        raise Unreadable("not a regular file")


def _reason(error: Unreadable | OSError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)
