"""The JSON of the leaderboard's answers; what is the same for many (the rows) is written once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from pydantic import TypeAdapter

from scout_os.leaderboard.models import Leaderboard, Row, Standing
from scout_os.leaderboard.rules import Ranks, scout_rank
from scout_os.leaderboard.schemas import TopUser

_ROWS: TypeAdapter[list[TopUser]] = TypeAdapter(list[TopUser])


def board_json(board: Leaderboard) -> bytes:
    """The answer to who is where: an `Envelope[LeaderboardData]`."""
    data = b'{"top_users":%b,"my_rank":%b,"meta":%b}' % (
        _rows_json(board),
        _standing_json(board.mine),
        _meta_json(board),
    )
    return _envelope_json(data, "Papan peringkat")


def rank_json(board: Leaderboard, neighbours: Sequence[Row] | None = None) -> bytes:
    """The answer to one's own rank alone, or with `neighbours`: an `Envelope[MyRankData]`."""
    around = (
        b"" if neighbours is None else b'"neighbours":%b,' % _ROWS.dump_json(_top_users(neighbours, board.view.ranks))
    )
    data = b'{"my_rank":%b,%b"meta":%b}' % (_standing_json(board.mine), around, _meta_json(board))
    return _envelope_json(data, "Peringkatmu")


def _top_users(rows: Iterable[Row], ranks: Ranks) -> list[TopUser]:
    return [
        TopUser(
            rank=row.rank,
            id=row.score.user_id,
            name=row.profile.name,
            xp=row.score.xp,
            avatar=row.profile.picture_url,
            level=scout_rank(ranks, row.score.xp),
        )
        for row in rows
    ]


def _rows_json(board: Leaderboard) -> bytes:
    ranks, known = board.view.top.json.get(board.limit, (None, b""))
    if ranks is not board.view.ranks:
        known = _ROWS.dump_json(_top_users(board.rows, board.view.ranks))
        board.view.top.json[board.limit] = board.view.ranks, known
    return known


def _standing_json(mine: Standing | None) -> bytes:
    return b"null" if mine is None else b'{"rank":%d,"xp":%d}' % (mine.rank, mine.xp)


def _meta_json(board: Leaderboard) -> bytes:
    stale = b"true" if board.view.unverified else b"false"
    return b'{"source":"%b","as_of":"%b","stale":%b}' % (board.view.source.encode(), _time_json(board.as_of), stale)


def _time_json(at: datetime) -> bytes:
    """A time in UTC as pydantic writes it."""
    return at.isoformat().removesuffix("+00:00").encode() + b"Z"


def _envelope_json(data: bytes, message: str) -> bytes:
    now = _time_json(datetime.now(UTC))
    return b'{"success":true,"data":%b,"message":"%b","timestamp":"%b"}' % (data, message.encode(), now)
