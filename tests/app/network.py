"""The network between app and service, to be cut at the worst moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from chaos.network.proxy import Proxy
from tests.app.site import site_running
from tests.service import Service

METHODS = (b"GET ", b"POST ", b"PATCH ")
SUBMIT = b"POST /api/v1/training/progress/submit"


class Network(Proxy):
    """A proxy that knows submissions."""

    def __init__(self, service_url: str) -> None:
        super().__init__(service_url, wire=lambda _: _Connection(self), abrupt=False)
        self.lose_answers = False
        """A submission still arrives and is carried out, but its answer is lost with the connection."""
        self.instead: bytes | None = None
        """What somebody in between says to a submission, which goes no further."""
        self.submissions = 0
        """How often one was seen on its way."""
        self.submitted = b""
        """All that was sent with them."""


@contextmanager
def network_before(service: Service) -> Iterator[Network]:
    """A network in front of the service, for the block."""
    network = Network(service.url)
    network.start()
    try:
        yield network
    finally:
        network.stop()


@contextmanager
def behind_a_network(service: Service) -> Iterator[tuple[Network, str]]:
    """The network between the service and the app, and the app's address."""
    with network_before(service) as network, site_running(network.url) as site:
        yield network, site


@dataclass
class _Connection:
    network: Network
    submitting: bool = False

    def from_client(self, data: bytes) -> tuple[bytes, bytes]:
        network, is_head = self.network, data.startswith(METHODS)  # a request's body may come by itself
        if is_head:
            self.submitting = data.startswith(SUBMIT)
            network.submissions += self.submitting
        if not self.submitting:
            return data, b""
        network.submitted += data
        if network.instead is None:
            return data, b""
        return b"", network.instead if is_head else b""

    def from_server(self, data: bytes) -> tuple[bytes, bool]:
        lost = self.submitting and self.network.lose_answers
        return (b"", True) if lost else (data, False)
