"""The JSON of the leaderboard's answers; what is the same for many (the rows) is written once."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import TypeAdapter

from scout_os.leaderboard.models import Leaderboard, Standing
from scout_os.leaderboard.rules import scout_rank
from scout_os.leaderboard.schemas import TopUser

_BOARD_MESSAGE = "Papan peringkat"
_RANK_MESSAGE = "Peringkatmu"
_ROWS: TypeAdapter[list[TopUser]] = TypeAdapter(list[TopUser])


def board_json(board: Leaderboard) -> bytes:
    """The answer to who is where: an `Envelope[LeaderboardData]`."""
    data = b'{"top_users":%b,"my_rank":%b,"meta":%b}' % (
        _rows_json(board),
        _standing_json(board.mine),
        _meta_json(board),
    )
    return _envelope_json(data, _BOARD_MESSAGE)


def rank_json(board: Leaderboard) -> bytes:
    """The answer to one's own rank alone: an `Envelope[MyRankData]`."""
    mine = _standing_json(board.mine or Standing(0, 0))
    return _envelope_json(b'{"my_rank":%b,"meta":%b}' % (mine, _meta_json(board)), _RANK_MESSAGE)


def _top_users(board: Leaderboard) -> list[TopUser]:
    return [
        TopUser(
            rank=row.rank,
            id=row.score.user_id,
            name=row.profile.name,
            xp=row.score.xp,
            avatar=row.profile.picture_url,
            level=scout_rank(row.score.xp),
        )
        for row in board.rows
    ]


def _rows_json(board: Leaderboard) -> bytes:
    kept = board.top.json.get(board.limit)
    if kept is None:
        kept = board.top.json[board.limit] = _ROWS.dump_json(_top_users(board))
    return kept


def _standing_json(mine: Standing | None) -> bytes:
    return b"null" if mine is None else b'{"rank":%d,"xp":%d}' % (mine.rank, mine.xp)


def _meta_json(board: Leaderboard) -> bytes:
    stale = b"true" if board.stale else b"false"
    return b'{"source":"%b","as_of":"%b","stale":%b}' % (board.source.encode(), _time_json(board.as_of), stale)


def _time_json(at: datetime) -> bytes:
    """A time in UTC as pydantic writes it."""
    return at.isoformat().removesuffix("+00:00").encode() + b"Z"


def _envelope_json(data: bytes, message: str) -> bytes:
    now = _time_json(datetime.now(UTC))
    return b'{"success":true,"data":%b,"message":"%b","timestamp":"%b"}' % (data, message.encode(), now)
