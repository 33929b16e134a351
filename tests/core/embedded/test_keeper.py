"""The keeper: what dies comes back, and a server that keeps dying is not hammered."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scout_os.core.embedded.embedded_servers import EmbeddedServers
from scout_os.core.embedded.errors import DataDirNotUsable, EmbeddedError
from scout_os.core.embedded.keeper import ServerKeeper
from scout_os.core.store_urls import StoreUrls
from tests.core.embedded.clients import eventually, ports, read_marks, runs, server_pids, write_marks
from tests.logs import captured
from tests.servers import query


@pytest.fixture
def keeper(data_dir: Path) -> Iterator[ServerKeeper]:
    keeper = ServerKeeper(EmbeddedServers(data_dir))
    keeper.start()
    yield keeper
    keeper.stop()


@pytest.mark.parametrize(("name", "place"), [("postgres", 0), ("valkey", 1)])
def test_a_killed_server_comes_back(data_dir: Path, keeper: ServerKeeper, name: str, place: int) -> None:
    """A server that is killed serves again on its port with its data, and the other is left alone."""
    urls = keeper.wait_ready()
    write_marks(urls, "still here")
    before = server_pids(data_dir, urls)
    with captured("scout_os.core.embedded.embedded_servers") as events:
        os.kill(before[place], signal.SIGKILL)
        assert eventually(lambda: [event["server"] for event in events if "restarted" in event["event"]] == [name])
    assert read_marks(urls) == ("still here", "still here")
    after = server_pids(data_dir, urls)
    assert after[place] != before[place]
    assert after[1 - place] == before[1 - place]


def test_stop_stops_and_may_be_repeated(data_dir: Path, keeper: ServerKeeper) -> None:
    """After stop no server runs, and another stop does no harm."""
    urls = keeper.wait_ready()
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
        keeper.wait_ready()
    keeper.stop()


def test_a_keeper_that_was_stopped_first_never_starts_servers(data_dir: Path) -> None:
    """Waiting for it has an end, too."""
    keeper = ServerKeeper(EmbeddedServers(data_dir))
    keeper.stop()
    keeper.start()
    with pytest.raises(EmbeddedError, match="stopped"):
        keeper.wait_ready()


class DyingServers(EmbeddedServers):
    """Servers that die as soon as they have been started."""

    restarted_at: list[float]

    def start(self) -> StoreUrls:
        self.restarted_at = []
        return StoreUrls("", "", "", "")

    def restart_dead(self) -> bool:
        self.restarted_at.append(time.monotonic())
        return True


def test_a_server_that_keeps_dying_is_started_less_and_less_often(data_dir: Path) -> None:
    """The pause between restarts doubles: 0.4 s, 0.8 s."""
    servers = DyingServers(data_dir)
    keeper = ServerKeeper(servers)
    keeper.start()
    keeper.wait_ready()
    assert eventually(lambda: len(servers.restarted_at) >= 3)
    keeper.stop()
    first, second, third, *_ = servers.restarted_at
    assert second - first >= 0.4
    assert third - second >= 0.8


def test_ports_lie_below_those_of_outgoing_connections(keeper: ServerKeeper) -> None:
    """A client that retries against a dead server can never be given the server's own port."""
    urls = keeper.wait_ready()
    assert all(port and 15_000 <= port < 32_000 for port in ports(urls))
    assert query(urls.database_url, "SELECT 1") == 1
