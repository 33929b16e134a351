"""A TCP relay in front of PostgreSQL, to be shut or to go silent."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from threading import Thread
from urllib.parse import urlsplit

from scout_os.core.store_urls import StoreUrls


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
    yield relay, replace(stores, database_url=url)
