"""Tokens signed by hand: with headers, claims and keys that no library would write."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping


def by_hand(header: Mapping[str, object], claims: Mapping[str, object], key: bytes | None) -> str:
    """A token in three parts, signed with HMAC-SHA256, or with an empty signature without a key."""
    signed = f"{part(header)}.{part(claims)}"
    return f"{signed}.{_base64(hmac.digest(key, signed.encode(), 'sha256')) if key is not None else ''}"


def part(content: Mapping[str, object]) -> str:
    """One part of a token."""
    return _base64(json.dumps(content).encode())


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
