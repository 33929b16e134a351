"""What commands work with: the settings, and the stores and services of an instance."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from scout_os.cli.options import SettingsInvalid
from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.embedded.keeper import ServerKeeper
from scout_os.core.logs import configure_logging
from scout_os.core.postgres import Database
from scout_os.core.problems import Invalid, Unavailable
from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import set_up_database
from scout_os.migrations import is_current
from scout_os.running_instance import NotRunning, find_running
from scout_os.settings import Settings
from scout_os.wiring import Services, configured_stores, fill_stores, open_services

T = TypeVar("T")
B = TypeVar("B", bound=BaseModel)
MIGRATION_SECONDS = 60


def load_settings(data_dir: Path, **flags: object) -> Settings:
    """The settings of the environment, overridden by the command line's flags, for this process and its workers."""
    for name, value in {"data_dir": data_dir.resolve(), **flags}.items():
        if value is not None:
            os.environ[f"SCOUT_{name.upper()}"] = str(value)
    try:
        return Settings()
    except ValidationError as error:
        problems = [_problem(str(item["loc"][0]) if item["loc"] else "", item["msg"]) for item in error.errors()]
        raise SettingsInvalid("\n".join(problems)) from error


def run(data_dir: Path, work: Callable[[Services], Coroutine[Any, Any, T]]) -> T:
    async def whole() -> T:
        async with open_instance(data_dir) as (_, services):
            return await work(services)

    return asyncio.run(whole())


@asynccontextmanager
async def open_instance(data_dir: Path) -> AsyncIterator[tuple[StoreUrls, Services]]:
    settings = load_settings(data_dir)
    configure_logging("WARNING")
    async with reach_stores(settings) as stores, open_services(settings, stores) as services:
        await _wait_until_migrated(services.database)
        await services.clock.refresh()
        yield stores, services


@asynccontextmanager
async def reach_stores(settings: Settings) -> AsyncIterator[StoreUrls]:
    """The configured stores, those of the running instance, or embedded ones that run for the block."""
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
        stores = fill_stores(settings, await asyncio.to_thread(keeper.wait_ready))
        await asyncio.to_thread(set_up_database, settings, stores)
        yield stores
    finally:
        await asyncio.to_thread(keeper.stop)


def checked(body: type[B], **fields: object) -> B:
    """The command line's values, validated by the rules of the HTTP API; raises `Invalid`."""
    try:
        return body.model_validate(fields)
    except ValidationError as error:
        raise Invalid("; ".join(f"{item['loc'][0]}: {item['msg']}" for item in error.errors())) from error


async def _wait_until_migrated(database: Database) -> None:
    """A `serve` that has just started may still be migrating. Raises `Unavailable` if that takes too long."""
    try:
        async with asyncio.timeout(MIGRATION_SECONDS):
            while not await is_current(database):  # noqa: ASYNC110 - another process migrates
                await asyncio.sleep(0.2)
    except TimeoutError as error:
        raise Unavailable("The database's schema is older than this release: run scout-os migrate.") from error


def _problem(name: str, message: str) -> str:
    message = message.removeprefix("Value error, ")
    return f"SCOUT_{name.upper()}: {message}" if name else message
