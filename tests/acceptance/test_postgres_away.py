"""PostgreSQL away: an honest 503 in time, never a false acknowledgement, and service again when it is back."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread
from urllib.parse import urlsplit

import pytest
from tests.service import Service, Truth, add_learners, attempt, serve

from scout_os.instance import StoreUrls


class Relay:
    """A TCP relay to PostgreSQL that can be shut, or go silent without closing anything."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.state = "open"
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        Thread(target=self._accept, daemon=True).start()

    def shut(self) -> None:
        """Refuse new connections and cut those there are."""
        self.state = "shut"
        for pair in self._pairs:
            for end in pair:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            if self.state == "shut":
                client.close()
                continue
            server = socket.create_connection(self._target)
            self._pairs.append((client, server))
            for source, sink in ((client, server), (server, client)):
                Thread(target=self._pump, args=(source, sink), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                while self.state == "silent":
                    time.sleep(0.01)
                sink.sendall(data)


@contextmanager
def relayed(stores: StoreUrls) -> Iterator[tuple[Relay, StoreUrls]]:
    """The same stores with the service's own connections to PostgreSQL going through a relay."""
    parts = urlsplit(stores.database_url)
    assert parts.hostname is not None
    assert parts.port is not None
    relay = Relay(parts.hostname, parts.port)
    url = stores.database_url.replace(f":{parts.port}/", f":{relay.port}/")
    yield relay, StoreUrls(url, stores.owner_database_url, stores.reader_database_url, stores.redis_url)


@pytest.mark.parametrize(("trouble", "seconds"), [("shut", 1.0), ("silent", 3.0)])
async def test_postgres_away_is_an_honest_503_in_time(
    packed_stores: StoreUrls, truth: Truth, tmp_path: object, trouble: str, seconds: float
) -> None:
    """Unreachable: 503 with Retry-After within 1 s; hanging: within 3 s; back: 200 again without a restart."""
    [learner] = await add_learners(truth, 1)
    with relayed(packed_stores) as (relay, stores), serve(stores, tmp_path) as service:  # type: ignore[arg-type] # a Path
        async with service.client(learner) as client:
            assert (await client.post("/training/progress/submit", json=attempt("puk_u1_l1", 5))).status_code == 200
            relay.shut() if trouble == "shut" else setattr(relay, "state", "silent")
            for _ in range(3):
                started = time.monotonic()
                response = await client.post("/training/progress/submit", json=attempt("puk_u1_l2", 5))
                assert time.monotonic() - started <= seconds
                assert response.status_code == 503
                assert response.headers["Retry-After"]
                assert response.json()["success"] is False
            assert (await client.get("/users/me")).status_code == 503
            assert (await readiness(service)) == 503
            relay.state = "open"
            deadline = time.monotonic() + 10
            while (await client.get("/users/me")).status_code != 200:
                assert time.monotonic() < deadline
            again = (await client.post("/training/progress/submit", json=attempt("puk_u1_l2", 5))).json()
    assert await truth.fetchval("SELECT sum(amount) FROM xp_ledger WHERE user_id = $1", learner) == again["total_xp"]


async def readiness(service: Service) -> int:
    async with service.client() as client:
        return (await client.get(f"{service.url}/readyz")).status_code
