"""Whether the server around the application was told to end.

It waits for open answers before it tells the application (its lifespan), and a stream would never be done. uvicorn's
handler of SIGTERM is a method of the server, which is how the server is found.
"""

from __future__ import annotations

import signal


def is_leaving() -> bool:
    """Whether the server that runs this process is ending; False for a server that does not take SIGTERM."""
    server = getattr(signal.getsignal(signal.SIGTERM), "__self__", None)
    return bool(getattr(server, "should_exit", False))
