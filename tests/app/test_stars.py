"""What the app says of a result, against what the service says on the path."""

from __future__ import annotations

from scout_app.service.api import Api
from scout_app.service.api import Service as Connections
from tests.service import Service, Truth, add_learners, attempt, token

SECTION, QUESTIONS = "ppgd", 5
LEVELS = ("ppgd_u5_l1", "ppgd_u5_l2")
"""Of one unit; the first takes three right answers, the second four."""


async def test_a_results_stars_are_those_that_the_path_will_show(service: Service, truth: Truth) -> None:
    """For every number of right answers: none if the level is not passed, else as many as the service counts."""
    seen = set()
    connections = Connections(service.url)
    for right, learner in enumerate(await add_learners(truth, QUESTIONS + 1)):
        api = Api(connections)
        api.token = token(learner)
        for level_id in LEVELS:
            goal = await api.goal(level_id)
            result = await api.submit(attempt(level_id, right), f"{level_id}-{right}")
            level = (await api.path(SECTION)).find(level_id)
            assert level is not None
            assert result.stars(goal.min_correct) == level.stars, (level_id, right)
            seen.add((goal.min_correct, level.stars))
            await api.submit(attempt(level_id, QUESTIONS), f"{level_id}-passed")  # opens the next one in any case
    await connections.close()
    assert seen == {(3, 0), (3, 1), (3, 2), (3, 3), (4, 0), (4, 1), (4, 3)}
