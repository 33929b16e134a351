"""What is kept on the learner's own device: the token, settings, unfinished and unsent attempts."""

from __future__ import annotations

import json
from typing import Any

import flet as ft

PREFIX = "scout."
TOKEN = "token"  # noqa: S105 - a key's name
SETTINGS = "settings"
PLACE = "place"
"""Where on the path the learner is."""
DRAFT = "draft"
"""An attempt under way."""
UNSENT = "unsent."
"""Begins the key of each attempt that waits to be sent: one key each, so that two windows never overwrite each other's."""


class Device:
    """Keeps JSON by key. In a browser that is its local storage, on a phone or desktop the app's preferences."""

    def __init__(self) -> None:
        self._preferences = ft.SharedPreferences()

    async def get(self, key: str) -> Any:
        """The value kept under `key`; None if there is none, or none that can be read."""
        kept = await self._preferences.get(PREFIX + key)
        try:
            return json.loads(kept) if isinstance(kept, str) else None
        except ValueError:
            return None

    async def put(self, key: str, value: object) -> None:
        await self._preferences.set(PREFIX + key, json.dumps(value, separators=(",", ":")))

    async def remove(self, key: str) -> None:
        await self._preferences.remove(PREFIX + key)

    async def keys(self, prefix: str) -> list[str]:
        """The keys that begin with `prefix`, in order."""
        return sorted(key.removeprefix(PREFIX) for key in await self._preferences.get_keys(PREFIX + prefix))
