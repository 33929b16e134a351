"""Where the service is, and where the app listens, from the environment."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Config:
    """What an operator can set."""

    api_url: str = "http://127.0.0.1:8000"
    """The service, without `/api/v1`."""
    host: str = "127.0.0.1"
    port: int = 8550
    root_path: str = ""
    """Path below which a reverse proxy shows the app."""

    @classmethod
    def from_environment(cls) -> Self:
        """`SCOUT_API_URL`, `SCOUT_APP_HOST`, `SCOUT_APP_PORT`, `SCOUT_ROOT_PATH`; what is unset keeps its default."""
        return cls(
            api_url=(os.environ.get("SCOUT_API_URL") or cls.api_url).rstrip("/"),
            host=os.environ.get("SCOUT_APP_HOST") or cls.host,
            port=int(os.environ.get("SCOUT_APP_PORT") or cls.port),
            root_path="".join(f"/{part}" for part in os.environ.get("SCOUT_ROOT_PATH", "").split("/") if part),
        )
