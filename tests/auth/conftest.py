"""The application that these tests talk to: the one of the users' tests."""

from __future__ import annotations

from tests.users.conftest import api

__all__ = ["api"]
