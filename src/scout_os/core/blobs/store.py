"""The interface of file storage, and its implementation in a directory."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Protocol

from scout_os.core.problems import Unavailable


class BlobStore(Protocol):
    """Files by names that we choose, like `avatars/7.jpg`. `put` and `delete` raise `Unavailable` if the storage fails."""

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        """Create or replace the file `name`."""

    async def delete(self, name: str) -> None:
        """Delete the file `name`, if there is one."""

    def url(self, name: str) -> str:
        """The public URL of the file."""


class DirectoryStore:
    """Files below a directory. Several hosts need a shared directory."""

    def __init__(self, directory: Path, base_url: str) -> None:
        self._directory = directory
        self._base_url = base_url.rstrip("/")

    async def put(self, name: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 - the name implies it
        try:
            await asyncio.to_thread(self._write, self._directory / name, content)
        except OSError as error:
            raise Unavailable from error

    async def delete(self, name: str) -> None:
        try:
            await asyncio.to_thread(self._remove, self._directory / name)
        except OSError as error:
            raise Unavailable from error

    def url(self, name: str) -> str:
        return f"{self._base_url}/{name}"

    async def find(self, name: str) -> bytes | None:
        try:
            return await asyncio.to_thread((self._directory / name).read_bytes)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unavailable from error

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        try:
            aside.write_bytes(content)
            os.replace(aside, path)  # noqa: PTH105 - atomic for readers
        finally:
            aside.unlink(missing_ok=True)

    def _remove(self, path: Path) -> None:
        """Also delete temporary files that a killed process left."""
        for left in (path, *path.parent.glob(f".{path.name}.*")):
            left.unlink(missing_ok=True)
