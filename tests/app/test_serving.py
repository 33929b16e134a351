"""How the app is served: at `/` of the service, beside several workers, or not at all."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, Request

from scout_os.core.embedded.embedded_servers import discard
from tests.app.browser import window
from tests.app.learner import Learner
from tests.app.site import site_running
from tests.process import ServeProcess, clean_environment
from tests.service import until

FIRST_SCREEN_SECONDS = 5
WELCOME = "Selamat datang kembali, Pramuka!"


@contextmanager
def serving(data_dir: Path, *options: str) -> Iterator[ServeProcess]:
    process = ServeProcess(data_dir, *options, with_app=True)
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.stop()


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One for all tests here: only the first start makes a database."""
    directory = tmp_path_factory.mktemp("app") / "var"
    yield directory
    discard(directory)


async def test_serve_has_the_app_at_its_root_within_five_seconds_and_from_itself_alone(
    data_dir: Path, browser: Browser
) -> None:
    """`scout-os serve` shows the first screen within 5 s once warm, asks nobody else for anything, and keeps its own paths."""
    with serving(data_dir) as process:
        url = process.wait_ready().api_url
        async with httpx.AsyncClient(base_url=url) as client:
            for path in ("/healthz", "/readyz", "/api/v1/training/sections", "/openapi.json"):
                assert (await client.get(path)).status_code == 200, path
            assert (await client.get("/api/v1/none")).json()["code"] == "not_found"
        async with window(browser, url) as warming:
            await warming.sees(WELCOME)
        asked: list[Request] = []
        async with window(browser, "about:blank") as here:
            here.page.on("request", lambda request: asked.append(request))
            began = time.monotonic()
            await here.open(url)
            await here.sees(WELCOME, within=FIRST_SCREEN_SECONDS)
            assert time.monotonic() - began < FIRST_SCREEN_SECONDS
            await Learner(here).register("Budi Santoso", "budi")
            await here.reload()
            await here.sees("Peta belajar")
        async with window(browser, "about:blank") as again:
            await again.open(f"{url}/#/peringkat")
            await again.sees(WELCOME)
        elsewhere = [request for request in asked if not request.url.startswith((url, "data:", "blob:"))]
        assert [request.url for request in elsewhere if request.failure != "csp"] == []
        assert process.stop() == 0


async def test_a_window_outlives_a_restart_of_the_service(data_dir: Path, browser: Browser) -> None:
    """The service and the app in it stopped: the window says so, and that nothing is lost; started again, it goes on."""
    with serving(data_dir) as process:
        url = process.wait_ready().api_url
        async with window(browser, url) as here:
            await Learner(here).register("Siti Rahma", "siti")
            await Learner(here).begin("Level 1: ")
            assert process.stop() == 0
            await here.sees("Sambungan terputus")
            await here.sees("Kami menyambung lagi dengan sendirinya. Jawabanmu aman di perangkat ini.")
            with serving(data_dir, "--port", url.rpartition(":")[2]) as again:
                again.wait_ready()
                await here.misses("Sambungan terputus", within=30)
                await here.listen()
                await here.sees("Soal 1 dari 5")


async def test_beside_several_workers_the_app_is_one_process_and_ends_with_them(data_dir: Path) -> None:
    """With two workers the app answers from a process of its own, which is started again if it dies and ends with them."""
    with serving(data_dir, "--workers", "2") as process:
        url = process.wait_ready().api_url
        told = next(line for line in process.log().splitlines() if "app_beside_workers" in line)
        app = str(json.loads(told)["url"])
        async with httpx.AsyncClient() as client:
            assert (await client.get(f"{url}/")).status_code == 404
            await until(lambda: answers(client, app), seconds=20)
            [first] = app_processes(process.pid)
            os.kill(first, signal.SIGKILL)
            await until(lambda: answers(client, app), seconds=20)
            assert app_processes(process.pid) != [first]
            assert process.stop() == 0
            assert not await answers(client, app)


def test_the_app_alone_is_below_a_prefix_too() -> None:
    """A process of the app's own has its page below `SCOUT_ROOT_PATH`, whether or not a proxy takes that away."""
    with site_running("http://127.0.0.1:9", "/belajar") as url:
        for prefix in ("", "/belajar"):
            assert '<base href="/belajar/">' in httpx.get(f"{url}{prefix}/").text
            assert httpx.head(f"{url}{prefix}/flutter_bootstrap.js").status_code == 200
            assert httpx.get(f"{url}{prefix}/healthz").json() == {"status": "ok"}


def test_a_port_that_is_taken_is_told_at_the_start(data_dir: Path) -> None:
    """Where the app cannot listen the service does not start without it: one line names the address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        with serving(data_dir, "--workers", "2", "--app-port", port) as process:
            assert process.wait() == 1
            assert f"cannot listen on 127.0.0.1:{port}" in process.log()


def test_the_last_port_leaves_none_for_the_app(data_dir: Path) -> None:
    """One line names the way out, instead of an error from the depths."""
    with serving(data_dir, "--workers", "2", "--port", "65535") as process:
        assert process.wait() == 2
        assert "no port after 65535" in process.log()
        assert "--app-port" in process.log()
        assert "Traceback" not in process.log()


def app_processes(parent: int) -> list[int]:
    """The service's children that are the app."""
    children = Path(f"/proc/{parent}/task").glob("*/children")
    pids = {int(pid) for file in children for pid in file.read_text().split()}
    return [pid for pid in pids if b"scout_app" in Path(f"/proc/{pid}/cmdline").read_bytes()]


async def answers(client: httpx.AsyncClient, url: str) -> bool:
    with suppress(httpx.TransportError):
        return (await client.get(url)).status_code == 200
    return False


def test_without_a_desktop_the_command_says_what_to_do() -> None:
    """`scout-app` alone on a machine without a screen ends at once with one line that names the other way."""
    command = Path(sys.executable).with_name("scout-app")
    env = {name: value for name, value in clean_environment().items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ended = subprocess.run([command], env=env, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "scout-app serve" in ended.stderr
