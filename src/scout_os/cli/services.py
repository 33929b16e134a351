"""The services for a command: those of the running instance, or of its stores started for the command."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scout_os.cli.options import load_settings
from scout_os.core.embedded import EmbeddedServers, ServerKeeper
from scout_os.core.logs import configure_logging
from scout_os.core.postgres import Database
from scout_os.core.problems import Invalid, Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database
from scout_os.migrations import is_current
from scout_os.running_instance import NotRunning, find_running
from scout_os.settings import Settings
from scout_os.wiring import Services, configured_stores, open_services

T = TypeVar("T")
B = TypeVar("B", bound=BaseModel)
INSTALL_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Running:
    """What a command works with."""

    settings: Settings
    stores: StoreUrls
    services: Services


@asynccontextmanager
async def reach_stores(settings: Settings) -> AsyncIterator[StoreUrls]:
    """The stores of the installation: the configured ones, the running instance's, or embedded ones for the block."""
    stores = configured_stores(settings)
    if stores is not None:
        yield stores
        return
    try:
        yield find_running(settings.data_dir).stores
        return
    except NotRunning:
        keeper = ServerKeeper(EmbeddedServers(settings.data_dir))
    keeper.start()
    try:
        started = await asyncio.to_thread(keeper.wait_ready)
        stores = configured_stores(settings, started)
        assert stores is not None  # noqa: S101 - the embedded servers fill every gap
        await asyncio.to_thread(set_up_database, settings, stores)
        yield stores
    finally:
        await asyncio.to_thread(keeper.stop)


@asynccontextmanager
async def open_running(data_dir: Path) -> AsyncIterator[Running]:
    """The services of the instance of `data_dir`, for the block."""
    settings = load_settings(data_dir)
    configure_logging("WARNING")
    async with reach_stores(settings) as stores, open_services(settings, stores) as services:
        await _until_installed(services.database)
        yield Running(settings, stores, services)


async def _until_installed(database: Database) -> None:
    """A `serve` that has just started may still be migrating; raises `Unavailable` if it does not come to an end."""
    try:
        async with asyncio.timeout(INSTALL_SECONDS):
            while not await is_current(database):  # noqa: ASYNC110 - the migration is another process's
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise Unavailable("The database's schema is older than this release: run scout-os migrate.") from error


def run(data_dir: Path, work: Callable[[Running], Coroutine[Any, Any, T]]) -> T:
    """Run `work` with the services of the instance of `data_dir`."""

    async def whole() -> T:
        async with open_running(data_dir) as running:
            return await work(running)

    return asyncio.run(whole())


def checked(body: type[B], **fields: object) -> B:
    """What was typed, by the same rules as over HTTP; raises `Invalid`."""
    try:
        return body.model_validate(fields)
    except ValidationError as error:
        raise Invalid("; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())) from error
