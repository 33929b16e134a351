"""B0: no framework. A bare ASGI application on the service's HTTP server: an HMAC once a token, JSON out.

As a command: `python -m benchmarks.bare --data-dir DIR`; prints its URL.
"""

from __future__ import annotations

import argparse
import hmac
import json
import socket
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

import uvicorn
from starlette.types import Receive, Scope, Send

from scout_os.cli.serve import BACKLOG, server_config
from scout_os.cli.services import load_settings
from scout_os.wiring import secret_key


class Bare:
    """Tells the learner behind a signed token; reads each token once, and remembers it."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[bytes, str] = {}

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        token = dict(scope["headers"]).get(b"authorization", b"").removeprefix(b"Bearer ")
        learner = self._known.get(token) or self._read(token)
        body = json.dumps({"success": learner is not None, "data": {"id": learner}}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200 if learner else 401, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _read(self, token: bytes) -> str | None:
        said, _, signature = token.rpartition(b".")
        right = urlsafe_b64encode(hmac.digest(self._key, said, "sha256")).rstrip(b"=")
        if not hmac.compare_digest(signature, right):
            return None
        claims = json.loads(urlsafe_b64decode(said.partition(b".")[2] + b"=="))
        self._known[token] = claims["sub"]
        return self._known[token]


def main(data_dir: Path) -> None:
    settings = load_settings(data_dir)
    listener = socket.create_server(("127.0.0.1", 0), backlog=BACKLOG)
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    config = server_config(Bare(secret_key(settings)))
    config.lifespan = "off"
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    main(parser.parse_args().data_dir)
