"""The thread that starts, watches and stops the embedded servers."""

import threading
import time

from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.embedded.errors import EmbeddedError
from scout_os.core.store_urls import StoreUrls

_WATCH_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


class ServerKeeper(threading.Thread):
    """Starts the servers, restarts one that dies, and stops them, all in one thread.

    One thread, because the kernel stops a server when the thread that spawned it ends. The thread is not a daemon and
    watches the main thread, so a process that ends without calling `stop` still stops its servers.
    """

    def __init__(self, servers: EmbeddedServers) -> None:
        super().__init__(name="embedded-servers", daemon=False)
        self._servers = servers
        self._stop_asked = threading.Event()
        self._start_ended = threading.Event()
        self._urls: StoreUrls | None = None
        self._failure: BaseException | None = None

    def wait_ready(self) -> StoreUrls:
        """Return the URLs once the servers are ready, or raise what `EmbeddedServers.start` raised."""
        self._start_ended.wait()
        if self._failure:
            raise self._failure
        if not self._urls:
            raise EmbeddedError("the embedded servers were stopped before they had started")
        return self._urls

    def stop(self) -> None:
        """Stop the servers and wait until they have ended. May be called twice, and before `start`."""
        self._stop_asked.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        """The thread's work; callers use `start`, inherited from `Thread`."""
        try:
            if not self._stop_asked.is_set():
                self._urls = self._servers.start()
        except BaseException as error:  # `wait_ready` raises it in the caller's thread
            self._failure = error
            return
        finally:
            self._start_ended.set()
        try:
            self._watch()
        finally:
            self._servers.stop()

    def _watch(self) -> None:
        """Restart dead servers. The pause doubles while servers keep dying, and shrinks again while they live."""
        pause, not_before = _WATCH_SECONDS, 0.0
        while not self._stop_asked.wait(_WATCH_SECONDS) and threading.main_thread().is_alive():
            if time.monotonic() < not_before:
                continue
            had_died = self._servers.restart_dead()
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS) if had_died else max(pause / 2, _WATCH_SECONDS)
            not_before = time.monotonic() + pause
