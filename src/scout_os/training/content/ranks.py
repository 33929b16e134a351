"""The pack's own file, `pack.yaml`: what learners are called by their XP."""

from __future__ import annotations

from itertools import pairwise

import yaml

from scout_os.training.content.fields import Fields, note_repeats
from scout_os.training.content.source import Source
from scout_os.training.models import Rank

FILE = "pack"
"""Its name without the ending; no section has this id."""
MOST = 50
LONGEST = 40
"""Characters of a name, which stands beside each learner on the leaderboard."""
MAX_XP = 1_000_000


def read_ranks(root: yaml.MappingNode, source: Source) -> tuple[Rank, ...]:
    """The ranks, lowest first."""
    fields = Fields(root, FILE, source, required=("ranks",))
    entries = fields.children("ranks", 1, MOST)
    ranks = [_read_rank(entry, source) for entry in entries]
    named = list(zip(ranks, entries, strict=True))
    note_repeats(((rank.name, entry) for rank, entry in named if rank.name), "ranks", source)
    if named and ranks[0].from_xp != 0:
        source.note(entries[0], "from_xp: the first rank begins at 0")
    for (before, _), (rank, entry) in pairwise(named):
        if rank.from_xp <= before.from_xp:
            source.note(entry, f"from_xp: must be more than that of the rank before, {before.from_xp}")
    return tuple(ranks)


def _read_rank(entry: yaml.Node, source: Source) -> Rank:
    fields = Fields(entry, "ranks", source, required=("name", "from_xp"), optional=("name_en",))
    names = {name: fields.line(name) for name in ("name", "name_en")}
    for name, text in names.items():
        if len(text) > LONGEST:
            source.note(fields.find(name) or entry, f"{name}: longer than {LONGEST} characters ({len(text)})")
    return Rank(names["name"], names["name_en"] or None, fields.whole("from_xp", 0, MAX_XP))
