"""An identity provider of the tests' own: a real HTTP server that shows its keys, and the tokens that it signs."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

AUDIENCE = "our-app.apps.example"
ISSUER = "https://accounts.test"


class Issuer:
    """Keys by their ids, how often they were fetched, and whether they are shown."""

    def __init__(self) -> None:
        self.keys = {"first": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self.fetched = 0
        self.is_up = True
        self.odd: list[Any] = []
        """Further entries of the set, before the keys."""
        self.body: bytes | None = None
        """What is shown instead of the set."""
        self.url = ""

    def document(self) -> dict[str, Any]:
        """The JWK set."""
        shown = [
            {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": key_id, "use": "sig"}
            for key_id, key in self.keys.items()
        ]
        return {"keys": [*self.odd, {"kty": "oct", "k": "AA", "kid": "symmetric"}, *shown]}

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What it says of Ayu; None takes a claim away."""
        now = int(time.time())
        said = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": "110169484474386276334",
            "email": "Ayu@Gmail.example",
            "email_verified": True,
            "name": "Ayu Lestari",
            "iat": now,
            "exp": now + 3600,
            **changes,
        }
        return {name: value for name, value in said.items() if value is not None}

    def token(self, key_id: str = "first", **changes: Any) -> str:
        """An ID token."""
        return jwt.encode(self.claims(**changes), self.keys[key_id], algorithm="RS256", headers={"kid": key_id})

    def settings(self, name: str = "google") -> dict[str, Any]:
        """How the service under test is told of it."""
        return {"name": name, "jwks_url": self.url, "issuers": [ISSUER], "audiences": [AUDIENCE]}


@contextmanager
def issuing() -> Iterator[Issuer]:
    """The provider's server, for the block."""
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer.fetched += 1
            body = json.dumps(issuer.document()).encode() if issuer.body is None else issuer.body
            self.send_response(200 if issuer.is_up else 500)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *_: Any) -> None:  # noqa: A002 - as the base class has it
            """Nothing: pytest shows what matters."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    issuer.url = f"http://127.0.0.1:{server.server_port}/certs"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
