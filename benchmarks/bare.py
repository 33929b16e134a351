"""B0: no framework. A bare ASGI application on the service's HTTP server: it checks the same token and says the same.

As a command: `python -m benchmarks.bare --data-dir DIR`; prints its URL.
"""

from __future__ import annotations

import argparse
import socket
from pathlib import Path

import jwt
import uvicorn
from starlette.types import Receive, Scope, Send

from benchmarks.app import NOTHING
from scout_os.cli.serve import BACKLOG, server_config
from scout_os.cli.services import load_settings
from scout_os.wiring import secret_key

_HEADERS = [(b"content-type", b"application/json; charset=utf-8"), (b"content-length", str(len(NOTHING)).encode())]


class Bare:
    """Answers any request with a valid token."""

    def __init__(self, key: bytes, issuer: str, audience: str) -> None:
        self._key = key
        self._issuer = issuer
        self._audience = audience

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        token = dict(scope["headers"]).get(b"authorization", b"").removeprefix(b"Bearer ")
        try:
            jwt.decode(token, self._key, algorithms=["HS256"], issuer=self._issuer, audience=self._audience)
            status = 200
        except jwt.PyJWTError:
            status = 401
        await send({"type": "http.response.start", "status": status, "headers": _HEADERS})
        await send({"type": "http.response.body", "body": NOTHING})


def main(data_dir: Path) -> None:
    settings = load_settings(data_dir)
    listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = server_config(Bare(secret_key(settings), settings.token_issuer, settings.token_audience))
    config.lifespan = "off"
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    main(parser.parse_args().data_dir)
