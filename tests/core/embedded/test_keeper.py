"""The keeper: what dies comes back, and a server that keeps dying is not hammered."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scout_os.core.embedded import DataDirNotUsable, EmbeddedError, EmbeddedServers, ServerKeeper
from scout_os.core.store_urls import StoreUrls
from tests.core.embedded.clients import eventually, ports, query, read_marks, runs, server_pids, write_marks


@pytest.fixture
def restarted() -> list[str]:
    return []


@pytest.fixture
def keeper(data_dir: Path, restarted: list[str]) -> Iterator[ServerKeeper]:
    keeper = ServerKeeper(EmbeddedServers(data_dir), on_restart=restarted.append)
    keeper.start()
    yield keeper
    keeper.stop()


@pytest.mark.parametrize(("name", "place"), [("postgres", 0), ("valkey", 1)])
def test_a_killed_server_comes_back(
    data_dir: Path, keeper: ServerKeeper, restarted: list[str], name: str, place: int
) -> None:
    """A server that is killed serves again on its port with its data, and the other is left alone."""
    urls = keeper.wait_ready(60)
    write_marks(urls, "still here")
    before = server_pids(data_dir, urls)
    os.kill(before[place], signal.SIGKILL)
    assert eventually(lambda: restarted == [name])
    assert read_marks(urls) == ("still here", "still here")
    after = server_pids(data_dir, urls)
    assert after[place] != before[place]
    assert after[1 - place] == before[1 - place]


def test_stop_stops_and_may_be_repeated(data_dir: Path, keeper: ServerKeeper) -> None:
    """After stop no server runs, and another stop does no harm."""
    urls = keeper.wait_ready(60)
    pids = server_pids(data_dir, urls)
    keeper.stop()
    keeper.stop()
    assert not keeper.is_alive()
    assert not any(runs(pid) for pid in pids)


def test_wait_ready_raises_what_the_start_raised(data_dir: Path) -> None:
    """A start that fails in the keeper's thread fails in the thread that waits for it."""
    (data_dir / "file").write_text("")
    keeper = ServerKeeper(EmbeddedServers(data_dir / "file"))
    keeper.start()
    with pytest.raises(DataDirNotUsable):
        keeper.wait_ready(60)
    keeper.stop()


def test_wait_ready_gives_up_in_time(data_dir: Path) -> None:
    """Waiting has an end, also for a keeper that nobody started; one that was stopped first never starts servers."""
    keeper = ServerKeeper(EmbeddedServers(data_dir))
    with pytest.raises(TimeoutError):
        keeper.wait_ready(0.01)
    keeper.stop()
    keeper.start()
    with pytest.raises(EmbeddedError, match="stopped"):
        keeper.wait_ready(60)


class DyingServers(EmbeddedServers):
    """Servers that die as soon as they have been started."""

    restarts = 0

    def start(self) -> StoreUrls:
        return StoreUrls("", "", "", "")

    def find_dead(self) -> list[str]:
        return ["postgres"]

    def restart_dead(self) -> list[str]:
        self.restarts += 1
        return ["postgres"]


def test_a_server_that_keeps_dying_is_started_less_and_less_often(data_dir: Path) -> None:
    """The pause between restarts grows, and a callback that fails does not end the watch."""
    servers = DyingServers(data_dir)

    def fail(name: str) -> None:
        raise LookupError(name)

    keeper = ServerKeeper(servers, on_restart=fail)
    keeper.start()
    assert eventually(lambda: servers.restarts >= 2)
    time.sleep(1.2)
    keeper.stop()
    assert 2 <= servers.restarts <= 4


def test_ports_lie_below_those_of_outgoing_connections(keeper: ServerKeeper) -> None:
    """A client that retries against a dead server can never be given the server's own port."""
    urls = keeper.wait_ready(60)
    assert all(port and 15_000 <= port < 32_000 for port in ports(urls))
    assert query(urls.database_url, "SELECT 1") == 1
