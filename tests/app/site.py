"""The app, served in a thread of this process."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from scout_app.site import create_site

GRACE_SECONDS = 2


@contextmanager
def site_running(api_url: str, root_path: str = "") -> Iterator[str]:
    """The app for the service at `api_url`, until the block ends; its address, of which `root_path` may be a part."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_site(api_url, root_path), log_config=None, access_log=False, timeout_graceful_shutdown=GRACE_SECONDS
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=lambda: server.run(sockets=[listener]), name="app")
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
