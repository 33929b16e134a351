"""The network between app and service, to be cut at the worst moment."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

from tests.app.site import site_running
from tests.service import Service

METHODS = (b"GET ", b"POST ", b"PATCH ")
SUBMIT = b"POST /api/v1/training/progress/submit"


class Network:
    """A TCP relay. `lose_answers`: a submission still arrives and is carried out, but its answer is lost with the connection."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lose_answers = False
        self.cut = False
        """Nothing gets through, in either direction."""
        self.instead: bytes | None = None
        """What somebody in between says to a submission, which goes no further."""
        self.connections = 0
        """How many were begun."""
        self.submissions = 0
        """How often one was seen on its way."""
        self.submitted = b""
        """All that was sent with them."""
        Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            client, _ = self._listener.accept()
            self.connections += 1
            if self.cut:
                client.close()
                continue
            try:
                server = socket.create_connection(self._target)
            except OSError:
                client.close()
                continue
            Pair(self, client, server).start()


@contextmanager
def behind_a_network(service: Service) -> Iterator[tuple[Network, str]]:
    """The network between the service and the app, and the app's address."""
    network = Network(int(service.url.rsplit(":", 1)[1]))
    with site_running(network.url) as site:
        yield network, site


class Pair:
    """One connection through the relay."""

    def __init__(self, network: Network, client: socket.socket, server: socket.socket) -> None:
        self._network, self._client, self._server = network, client, server
        self._submitting = False

    def start(self) -> None:
        for job in (self._requests, self._answers):
            Thread(target=job, daemon=True).start()

    def _requests(self) -> None:
        with suppress(OSError):
            while data := self._client.recv(65536):
                if self._network.cut:
                    break
                if data.startswith(METHODS):  # a request's head; its body may come by itself
                    self._submitting = data.startswith(SUBMIT)
                    self._network.submissions += self._submitting
                    if self._submitting and self._network.instead is not None:
                        self._client.sendall(self._network.instead)
                if self._submitting:
                    self._network.submitted += data
                if not (self._submitting and self._network.instead is not None):
                    self._server.sendall(data)
        self._close()

    def _answers(self) -> None:
        with suppress(OSError):
            while data := self._server.recv(65536):
                if self._network.cut or (self._submitting and self._network.lose_answers):
                    break
                self._client.sendall(data)
        self._close()

    def _close(self) -> None:
        for end in (self._client, self._server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
