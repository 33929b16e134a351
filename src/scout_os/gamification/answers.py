"""The leaderboard's answers as they travel, from its values."""

from __future__ import annotations

from scout_os.core.http import Envelope, envelope
from scout_os.gamification.models import Leaderboard
from scout_os.gamification.rules import scout_rank
from scout_os.gamification.schemas import BoardMeta, LeaderboardData, MyRank, MyRankData, TopUser


def board_answer(board: Leaderboard) -> Envelope[LeaderboardData]:
    """The answer to who is where."""
    return envelope(_data(board), "Papan peringkat")


def rank_answer(board: Leaderboard) -> Envelope[MyRankData]:
    """The answer to one's own rank alone."""
    data = _data(board)
    return envelope(MyRankData(my_rank=data.my_rank or MyRank(rank=0, xp=0), meta=data.meta), "Peringkatmu")


def _data(board: Leaderboard) -> LeaderboardData:
    return LeaderboardData(
        top_users=[
            TopUser(
                rank=rank,
                id=score.user_id,
                name=face.name,
                xp=score.xp,
                avatar=face.picture_url,
                level=scout_rank(score.xp),
            )
            for rank, score, face in board.rows
        ],
        my_rank=MyRank(rank=board.mine.rank, xp=board.mine.xp) if board.mine else None,
        meta=BoardMeta(source=board.source, as_of=board.as_of, stale=board.stale),
    )
