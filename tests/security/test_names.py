"""Attacks by names: nobody on the board may pass for somebody else, and nobody need be on it by name."""

from __future__ import annotations

import re

from tests.service import Service, Truth

ACCOUNT = {"username": "budi", "password": "a tent by the river"}
DECEITS = [
    "Admin",
    "admіn",
    "Moderator\u200b",
    "\u202eidub",
    "Scout  0S",
    "\u3164",
    "x" * 101,
    "B\u0301\u0301\u0301\u0301",
]


async def test_deceiving_names_are_refused_wherever_a_name_is_given(service: Service, truth: Truth) -> None:
    """At sign-up and in the profile a name that deceives is 422 with a text, in Indonesian too, and changes nothing."""
    async with service.client() as client:
        for name in DECEITS:
            refused = await client.post("/auth/register", json=ACCOUNT | {"name": name})
            assert refused.status_code == 422, name
            assert refused.json()["errors"][0]["field"] == "name"
            assert "(" in refused.json()["detail"]
        assert await truth.fetchval("SELECT count(*) FROM users") == 0
        made = await client.post("/auth/register", json=ACCOUNT | {"name": "Budi"})
        signed = {"Authorization": f"Bearer {made.json()['data']['access_token']}"}
        for name in DECEITS:
            renamed = await client.patch("/users/me/profile", json={"full_name": name}, headers=signed)
            assert renamed.status_code == 422, name
    assert await truth.fetchval("SELECT name FROM users") == "Budi"


async def test_no_name_need_be_given(service: Service) -> None:
    """Who gives no name gets one that says nothing about them, and whoever gave one can have such a name instead."""
    async with service.client() as client:
        made = (await client.post("/auth/register", json=ACCOUNT)).json()["data"]
        signed = {"Authorization": f"Bearer {made['access_token']}"}
        assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+ [1-9][0-9]", made["user"]["name"])
        await client.patch("/users/me/profile", json={"full_name": "Budi Santoso"}, headers=signed)
        hidden = (await client.put("/users/me/scout-name", headers=signed)).json()["data"]
        assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+ [1-9][0-9]", hidden["full_name"])
        assert (await client.get("/users/me", headers=signed)).json()["data"]["name"] == hidden["full_name"]
