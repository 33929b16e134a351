"""Proxies that understand PostgreSQL and Redis, so that they can fail at the worst moment."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass, field

from chaos.network.proxy import Plain, Wire

SSL_REQUEST = 80877103

REDIS_ERRORS = {
    "LOADING": b"-LOADING Redis is loading the dataset in memory\r\n",
    "READONLY": b"-READONLY You can't write against a read only replica.\r\n",
    "OOM": b"-OOM command not allowed when used memory > 'maxmemory'.\r\n",
    "BUSY": b"-BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.\r\n",
    "MISCONF": b"-MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.\r\n",
    "NOPERM": b"-NOPERM this user has no permissions to run the 'evalsha' command\r\n",
    "NOAUTH": b"-NOAUTH Authentication required.\r\n",
    "MAXCLIENTS": b"-ERR max number of clients reached\r\n",
}
HANDSHAKE = {b"HELLO", b"AUTH", b"CLIENT", b"SELECT"}
Command = tuple[bytes, bytes]
"""A command's name and its first argument."""


@dataclass
class CommitCuts:
    """When to reset a connection whose transaction has just been committed, before its client hears of it.

    Only transactions with a statement that contains `marker` count. `after`: the n-th of them from now on, once.
    """

    marker: bytes = b"xp_ledger"
    probability: float = 0.0
    after: int = 0
    cuts: int = 0

    def wants(self, draw: random.Random) -> bool:
        """Whether the commit that has just been seen is cut off."""
        self.after -= 1
        if self.after == 0 or draw.random() < self.probability:
            self.cuts += 1
            return True
        return False


@dataclass
class RedisRefusals:
    """With which probability commands are answered by an error, without Redis ever seeing them."""

    probability: float = 0.0
    errors: tuple[str, ...] = tuple(REDIS_ERRORS)
    scripts: frozenset[bytes] | None = None
    """Hex digests of the scripts whose calls are refused; None: every command is."""
    refused: int = 0

    def concerns(self, commands: list[Command]) -> bool:
        """Whether commands that arrived together may be refused."""
        if any(name in HANDSHAKE for name, _ in commands):
            return False
        return self.scripts is None or all(name == b"EVALSHA" and of in self.scripts for name, of in commands)


def postgres_wire(cuts: CommitCuts) -> Callable[[random.Random], Wire]:
    return lambda draw: _PostgresWire(cuts, draw)


def redis_wire(refusals: RedisRefusals) -> Callable[[random.Random], Wire]:
    return lambda draw: _RedisWire(refusals, draw)


@dataclass
class _PostgresWire:
    cuts: CommitCuts
    draw: random.Random
    _said: bytearray = field(default_factory=bytearray)
    _heard: bytearray = field(default_factory=bytearray)
    _started: bool = False
    _ssl_answers: int = 0
    _marked: dict[bytes, bool] = field(default_factory=dict)
    _in_marked: bool = False

    def from_client(self, data: bytes) -> tuple[bytes, bytes]:
        self._said += data
        while message := _take_message(self._said, kind_size=1 if self._started else 0):
            kind, body = message
            if not self._started:
                if body == struct.pack("!i", SSL_REQUEST):
                    self._ssl_answers += 1
                else:
                    self._started = True
            elif kind == b"P":
                name, query = body.split(b"\0", 2)[:2]
                self._marked[name] = self.cuts.marker in query
            elif kind == b"B":
                self._in_marked |= self._marked.get(body.split(b"\0", 2)[1], False)
            elif kind == b"Q":
                self._in_marked |= self.cuts.marker in body
        return data, b""

    def from_server(self, data: bytes) -> tuple[bytes, bool]:
        if self._ssl_answers:
            self._ssl_answers -= 1
            return data[:1] + self.from_server(data[1:])[0], False
        self._heard += data
        while message := _take_message(self._heard):
            if message == (b"Z", b"I"):
                was_marked, self._in_marked = self._in_marked, False
                if was_marked and self.cuts.wants(self.draw):
                    return b"", True
        return data, False


@dataclass
class _RedisWire(Plain):
    refusals: RedisRefusals
    draw: random.Random
    _said: bytearray = field(default_factory=bytearray)

    def from_client(self, data: bytes) -> tuple[bytes, bytes]:
        """Commands that arrive together are refused together, so that answers keep their order."""
        self._said += data
        commands, end = _complete_commands(bytes(self._said))
        whole = bytes(self._said[:end])
        del self._said[:end]
        refusals = self.refusals
        if not commands or not refusals.probability or not refusals.concerns(commands):
            return whole, b""
        if self.draw.random() >= refusals.probability:
            return whole, b""
        refusals.refused += len(commands)
        return b"", b"".join(REDIS_ERRORS[self.draw.choice(refusals.errors)] for _ in commands)


def _take_message(buffer: bytearray, *, kind_size: int = 1) -> tuple[bytes, bytes] | None:
    """Kind and body of the first message of PostgreSQL's protocol in `buffer`, if it is there whole."""
    if len(buffer) < kind_size + 4:
        return None
    size = kind_size + int(struct.unpack("!i", buffer[kind_size : kind_size + 4])[0])
    if len(buffer) < size:
        return None
    message = bytes(buffer[:kind_size]), bytes(buffer[kind_size + 4 : size])
    del buffer[:size]
    return message


def _complete_commands(data: bytes) -> tuple[list[Command], int]:
    """The commands that `data` holds whole, and where the first incomplete one begins."""
    commands: list[Command] = []
    end = 0
    while (parsed := _command(data, end)) is not None:
        command, end = parsed
        commands.append(command)
    return commands, end


def _command(data: bytes, start: int) -> tuple[Command, int] | None:
    line = data.find(b"\r\n", start)
    if line < 0:
        return None
    place, words = line + 2, [b"", b""]
    for number in range(int(data[start + 1 : line])):
        line = data.find(b"\r\n", place)
        if line < 0:
            return None
        size = int(data[place + 1 : line])
        place = line + 2 + size + 2
        if place > len(data):
            return None
        if number < len(words):
            words[number] = data[line + 2 : line + 2 + size]
    return (words[0].upper(), words[1]), place
