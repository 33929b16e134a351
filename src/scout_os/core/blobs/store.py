"""What a store of files can do, and the one in a directory."""

from __future__ import annotations

import asyncio
import os
import secrets
from pathlib import Path
from typing import Protocol

from scout_os.core.problems import Unavailable


class BlobStore(Protocol):
    """Files by names that we choose, like `avatars/7.jpg`; each raises `Unavailable` when the store fails."""

    async def put(self, name: str, content: bytes, content_type: str) -> None:
        """Keep `content` under `name`, in the place of what was there."""

    async def delete(self, name: str) -> None:
        """Keep nothing under `name`."""

    def url(self, name: str) -> str:
        """Where anybody reads it."""


class DirectoryStore:
    """Files below a directory. Several hosts need one that they share."""

    def __init__(self, directory: Path, base_url: str) -> None:
        self._directory = directory
        self._base_url = base_url.rstrip("/")

    async def put(self, name: str, content: bytes, content_type: str) -> None:  # noqa: ARG002 - the name tells it
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
        """What is kept under `name`."""
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
            os.replace(aside, path)  # noqa: PTH105 - a reader sees the old file or the new one
        finally:
            aside.unlink(missing_ok=True)

    def _remove(self, path: Path) -> None:
        """Also what a process that was killed while it wrote has left."""
        for left in (path, *path.parent.glob(f".{path.name}.*")):
            left.unlink(missing_ok=True)
