"""All planted bugs: what each breaks, the short attack that is to find it, and where it sits in the service."""

from __future__ import annotations

from chaos.plants.awards import AWARDS
from chaos.plants.leaderboard import LEADERBOARD
from chaos.plants.stores import STORES

PLANTS = (*AWARDS, *STORES, *LEADERBOARD)
