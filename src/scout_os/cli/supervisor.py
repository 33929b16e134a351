"""What `scout-os serve` looks after beside its workers: embedded servers, and bringing the database to this release."""

from __future__ import annotations

import os
import signal
import threading

import structlog

from scout_os import running_instance
from scout_os.core.embedded import DataDirInUse, EmbeddedServers, ServerKeeper
from scout_os.core.problems import Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database
from scout_os.running_instance import Instance
from scout_os.settings import Settings
from scout_os.wiring import configured_stores

RETRY_SECONDS = 0.5
OTHER_COMMAND_SECONDS = 30.0
"""How long to wait for a command that has started the same embedded servers for itself."""

log = structlog.get_logger(__name__)


class Supervisor:
    """Runs in threads beside the event loop, so that the port answers while servers start and migrations run."""

    def __init__(self, settings: Settings, *, run_id: str, api_url: str) -> None:
        self._settings = settings
        self._run_id = run_id
        self._api_url = api_url
        self._keeper: ServerKeeper | None = None
        self._stopping = threading.Event()
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="installation")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Stop what was started here, and wait for it."""
        self._stopping.set()
        self._thread.join()
        if self._keeper is not None:
            self._keeper.stop()

    def raise_failure(self) -> None:
        """Raise what kept the installation from working, if anything did."""
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
                stores = configured_stores(self._settings, self._keeper.wait_ready())
                assert stores is not None  # noqa: S101 - the embedded servers fill every gap
                return stores
            except DataDirInUse as error:
                in_use = error
            self._pause()
        raise in_use

    def _set_up(self, stores: StoreUrls) -> None:
        """Until PostgreSQL is there: a database that is away must not keep the service from starting."""
        told = False
        while True:
            try:
                set_up_database(self._settings, stores)
                return
            except Unavailable as error:
                if not told:
                    log.warning("waiting_for_postgres", reason=error.detail)
                    told = True
            self._pause()

    def _pause(self) -> None:
        if self._stopping.wait(RETRY_SECONDS):
            raise _Stopped


class _Stopped(Exception):
    """The service ends before the installation was done."""
