"""Many learners for a campaign: a crowd as `scout-os bench populate` makes it, a top that stands still, and who climbs."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from chaos.check.history import Recorder
from chaos.check.standings import Standings
from chaos.load.climbers import Climbers
from chaos.load.population import Learner, Population, populate
from chaos.load.raw_http import RawClient
from chaos.load.readers import Readers
from chaos.target.environment import connected, token
from scout_os.core.postgres import Database
from scout_os.core.store_urls import StoreUrls
from scout_os.training.population import populate as add_crowd

TOP = 60
LEVELS_EACH = 50
"""So many levels a climber passes in a campaign, of 125."""
FEWEST_CLIMBERS = 300
SAMPLE = 400
"""So many of the crowd ask for their own place."""

GIVE = """
    WITH given AS (
        UPDATE users u SET total_xp = u.total_xp + g.amount FROM unnest($1::bigint[], $2::bigint[]) g (id, amount)
         WHERE u.id = g.id RETURNING u.id, g.amount
    )
    INSERT INTO xp_ledger (user_id, source, amount, submission_id, actor, reason)
    SELECT id, 'correction:' || gen_random_uuid(), amount, gen_random_uuid(), 'test', 'seed' FROM given
"""
TOP_XP, HEAD_START_XP = 200_000, 100_000
HEAD_STARTS = 60
"""So many climbers begin above the crowd, so that pages change all the time below the top that stands still."""


@dataclass(frozen=True)
class Crowd:
    """Who there is: the admin, those who climb, and some of those who only look."""

    admin: Learner
    climbers: Population
    onlookers: list[Learner]
    standings: Standings
    seed: int

    @property
    def askers(self) -> Population:
        return Population([*self.climbers.learners, *self.onlookers], self.climbers.units)

    def at_work(self, hosts: Sequence[RawClient], recorder: Recorder) -> tuple[Climbers, Readers]:
        """Its climbers and readers, who ask `hosts`."""
        climbers = Climbers(self.climbers, hosts, self.standings, recorder, self.seed)
        return climbers, Readers(self.askers.learners, hosts, self.standings, self.seed)


async def make_crowd(stores: StoreUrls, *, crowd: int, submissions: float, seed: int) -> Crowd:
    """`crowd` learners with XP as it spreads in life, with ties in the top and everywhere, and who makes `submissions`."""
    climbers = max(FEWEST_CLIMBERS, int(submissions / LEVELS_EACH))
    population = await populate(stores, 1 + TOP + climbers)
    admin, *learners = population.learners
    top, climbing = learners[:TOP], learners[TOP:]
    database = await Database.open(stores.database_url)
    ids = await add_crowd(database, crowd, with_progress=False, progress=lambda _: None)
    await database.close()
    async with connected(stores.owner_database_url) as owner:
        amounts = [TOP_XP + 10 * (number // 3) for number in range(TOP)]
        await owner.execute(GIVE, [learner.id for learner in top], amounts)
        ahead = climbing[:HEAD_STARTS]
        await owner.execute(GIVE, [learner.id for learner in ahead], [HEAD_START_XP] * len(ahead))
        totals = {row["id"]: row["total_xp"] for row in await owner.fetch("SELECT id, total_xp FROM users")}
        await owner.execute("VACUUM ANALYZE")
    still = sorted((totals[learner.id], str(learner.id), learner.id) for learner in top)
    rows = [(user, 1 + sum(other[0] > xp for other in still), xp) for xp, _, user in reversed(still)]
    chosen = random.Random(seed).sample(ids, min(SAMPLE, len(ids)))
    onlookers = [*top, *(Learner(user, token(user)) for user in chosen)]
    return Crowd(admin, Population(climbing, population.units), onlookers, Standings(totals, rows), seed)
