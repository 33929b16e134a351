"""What `scout-os serve` does beside its workers: start the embedded servers and set up the database."""

from __future__ import annotations

import os
import signal
import threading

import structlog

from scout_os import running_instance
from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.embedded.errors import DataDirInUse
from scout_os.core.embedded.keeper import ServerKeeper
from scout_os.core.problems import Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database
from scout_os.running_instance import Instance
from scout_os.settings import Settings
from scout_os.wiring import configured_stores, fill_stores

RETRY_SECONDS = 0.5
OTHER_COMMAND_SECONDS = 30.0
"""How long to wait for another command that has started the same embedded servers."""

log = structlog.get_logger(__name__)


class Supervisor:
    """Runs in threads beside the event loop, so that the service answers while servers start and migrations run."""

    def __init__(self, settings: Settings, *, run_id: str, api_url: str) -> None:
        self._settings = settings
        self._run_id = run_id
        self._api_url = api_url
        self._keeper: ServerKeeper | None = None
        self._stopping = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="supervisor")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop the embedded servers, and wait until they have ended."""
        self._stopping.set()
        self._thread.join()
        if self._keeper is not None:
            self._keeper.stop()

    def raise_failure(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        try:
            stores = configured_stores(self._settings) or self._start_embedded()
            running_instance.announce(
                self._settings.data_dir, Instance(self._run_id, os.getpid(), self._api_url, stores)
            )
            if self._settings.migrate_on_start:
                self._set_up(stores)
        except _Stopped:
            return
        except BaseException as failure:
            self._failure = failure
            os.kill(os.getpid(), signal.SIGTERM)

    def _start_embedded(self) -> StoreUrls:
        for _ in range(int(OTHER_COMMAND_SECONDS / RETRY_SECONDS)):
            self._keeper = ServerKeeper(EmbeddedServers(self._settings.data_dir))
            self._keeper.start()
            try:
                return fill_stores(self._settings, self._keeper.wait_ready())
            except DataDirInUse as error:
                in_use = error
            self._pause()
        raise in_use

    def _set_up(self, stores: StoreUrls) -> None:
        """Retry until PostgreSQL is reachable: the service must start without it."""
        is_logged = False
        while True:
            try:
                return set_up_database(self._settings, stores)
            except Unavailable as error:
                if not is_logged:
                    log.warning("waiting_for_postgres", reason=error.detail)
                    is_logged = True
            self._pause()

    def _pause(self) -> None:
        if self._stopping.wait(RETRY_SECONDS):
            raise _Stopped


class _Stopped(Exception):
    """The service ends before the start was done."""
