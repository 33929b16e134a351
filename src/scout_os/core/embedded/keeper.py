"""The thread that the servers live by."""

import logging
import threading
import time
from collections.abc import Callable

from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.embedded.errors import EmbeddedError
from scout_os.core.store_urls import StoreUrls

logger = logging.getLogger(__name__)

_WATCH_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


class ServerKeeper(threading.Thread):
    """Starts the servers, starts one again when it dies, and stops them, all in one thread.

    One thread, because the servers' parent-death signal follows the thread that spawned them. Not a daemon, so that a
    process which ends without `stop` still stops its servers; it notices the end of the main thread by itself.
    `on_restart` is called in this thread with the name of each server that was started again.
    """

    def __init__(self, servers: EmbeddedServers, *, on_restart: Callable[[str], None] | None = None) -> None:
        super().__init__(name="embedded-servers", daemon=False)
        self._servers = servers
        self._on_restart = on_restart
        self._stop_asked = threading.Event()
        self._start_ended = threading.Event()
        self._urls: StoreUrls | None = None
        self._failure: BaseException | None = None

    def wait_ready(self, timeout: float | None = None) -> StoreUrls:
        """Return the addresses once the servers serve, or raise what `EmbeddedServers.start` raised.

        Raises `TimeoutError` after `timeout` seconds; the start goes on then, until `stop`.
        """
        if not self._start_ended.wait(timeout):
            raise TimeoutError(f"the embedded servers were not ready after {timeout} s")
        if self._failure:
            raise self._failure
        if not self._urls:
            raise EmbeddedError("the embedded servers were stopped before they had started")
        return self._urls

    def stop(self) -> None:
        """Stop the servers and wait until they have ended. May be called again, and before `start`."""
        self._stop_asked.set()
        if self.ident is not None:
            self.join()

    def run(self) -> None:
        """The thread's own work; callers use `start`, inherited from `Thread`."""
        try:
            if not self._stop_asked.is_set():
                self._urls = self._servers.start()
        except BaseException as error:  # raised again in the thread that waits
            self._failure = error
            return
        finally:
            self._start_ended.set()
        try:
            self._watch()
        finally:
            self._servers.stop()

    def _watch(self) -> None:
        """Restart what died, with a pause that doubles while servers keep dying and shrinks again while they live."""
        pause, not_before = _WATCH_SECONDS, 0.0
        while not self._stop_asked.wait(_WATCH_SECONDS) and threading.main_thread().is_alive():
            if time.monotonic() < not_before:
                continue
            if self._servers.find_dead():
                self._restart_dead()
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
            else:
                pause = max(pause / 2, _WATCH_SECONDS)
            not_before = time.monotonic() + pause

    def _restart_dead(self) -> None:
        for name in self._servers.restart_dead():
            if self._on_restart:
                try:
                    self._on_restart(name)
                except Exception:
                    logger.exception("the callback for the restart of %s failed", name)
