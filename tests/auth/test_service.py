"""Registering and logging in: who gets in, who is refused and how, and what is kept of a password."""

from __future__ import annotations

import asyncio
import json
import re
import unicodedata
from dataclasses import replace

import httpx
import pytest
from argon2 import PasswordHasher, extract_parameters

from scout_os.core.bulkhead import Overloaded
from scout_os.core.passwords import Passwords
from scout_os.core.postgres import Database
from scout_os.users.problems import UnknownUser
from scout_os.users.repository import UserRepository
from tests.service import Truth
from tests.users.serving import PASSWORD, Api, Learner, bearer, registration

ODD_ZONES: list[object] = ["UTC+9", "GMT+07:00", "", "x" * 5000, "a\x00b", "\ud800", None, 9, []]
OLD_HASHER = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
GUESSABLE = """
password|Password1|12345678|pramuka2026|PRAMUKA!!|siaga-2026|scout123|indonesia45|aaaaaaaaaaaa
budi.santoso|Budi.Santoso1|osotnas.idub|budi.santoso@mail.example
"""


async def test_a_stored_password_costs_an_attacker(api: Api, owner: Truth) -> None:
    """What is stored is argon2id with at least 19 MiB and two passes, and two equal passwords look different."""
    await api.register("budi")
    await api.register("ayu")
    one, two = [row["password_hash"] for row in await owner.fetch("SELECT password_hash FROM users")]
    cost = extract_parameters(one)
    assert one.startswith("$argon2id$")
    assert (cost.memory_cost >= 19_456, cost.time_cost >= 2) == (True, True)
    assert one != two


@pytest.mark.parametrize(("sent", "kept"), [(" Jakarta 01 ", "Jakarta 01"), ("  ", None), ("", None), (None, None)])
async def test_gugus_depan_is_optional(api: Api, owner: Truth, sent: str | None, kept: str | None) -> None:
    """The group is kept trimmed; left blank, it is none."""
    assert (await api.http.post("/auth/register", json=registration(gugus_depan=sent))).status_code == 201
    assert await owner.fetchval("SELECT gugus_depan FROM users") == kept


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Asia/Jayapura", "Asia/Jayapura"),
        ("Asia/Calcutta", "Asia/Calcutta"),
        *((odd, "Asia/Jakarta") for odd in ODD_ZONES),
    ],
)
async def test_an_account_begins_where_the_device_is(api: Api, owner: Truth, sent: object, kept: str) -> None:
    """The device's time zone is taken at sign-up; one that is unknown, or none at all, costs no account."""
    body = json.dumps(registration(timezone=sent))
    answer = await api.http.post("/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 201, answer.text
    assert await owner.fetchval("SELECT timezone FROM users") == kept


async def test_taken_name_is_409(api: Api, owner: Truth) -> None:
    """A name in another spelling, or of a disabled user, is taken, and a learner can read so."""
    await api.register("budi")
    await owner.execute("UPDATE users SET is_active = false")
    answer = await api.http.post("/auth/register", json=registration("  BUDI"))
    assert answer.status_code == 409
    assert answer.json()["code"] == "username_taken"
    assert "sudah dipakai" in answer.json()["detail"] == answer.json()["message"]


async def test_of_twenty_at_once_one_gets_the_name(api: Api, owner: Truth) -> None:
    """Of twenty who ask for one name at once, in any spelling, one gets it; nineteen are 409, and there is one row."""
    spellings = ["budi", "Budi", " BUDI ", "bUdI"] * 5
    answers = await asyncio.gather(
        *(api.http.post("/auth/register", json=registration(spelling)) for spelling in spellings)
    )
    assert sorted(answer.status_code for answer in answers) == [201, *[409] * 19]
    assert await owner.fetchval("SELECT count(*) FROM users") == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", '""'),
        ("name", '"  "'),
        ("name", '"' + "x" * 101 + '"'),
        ("name", '"a\\u0000"'),
        ("name", '"a\\ud800"'),
        *(("name", f'"{name}"') for name in ("Admin", "admіn", "Moderator\u200b", "\u202eidub", "Scout  0S", "\u3164")),
        ("name", "7"),
        ("name", "null"),
        ("username", '"ab"'),
        ("username", '"' + "x" * 255 + '"'),
        ("username", '"bu di"'),
        ("username", '"bud\\u0456"'),
        ("username", '"budi\\u0000"'),
        ("username", '"budi\\udfff"'),
        ("username", "12345"),
        ("password", '"1234567"'),
        ("password", '"' + "x" * 129 + '"'),
        ("password", '"12345678\\u0000"'),
        ("password", '"12345678\\ud800"'),
        ("password", "12345678"),
        ("gugus_depan", '"' + "x" * 101 + '"'),
        ("gugus_depan", '"a\\ud800"'),
        ("gugus_depan", "3"),
        ("role", '"admin"'),
        ("total_xp", "5"),
    ],
)
async def test_bad_registrations_are_422(api: Api, owner: Truth, field: str, value: str) -> None:
    """Broken text, wrong lengths, wrong types and unknown fields are 422 with the field's name, and make no account."""
    fields = {"name": '"Budi"', "username": '"budi"', "password": f'"{PASSWORD}"', field: value}
    body = "{" + ", ".join(f'"{key}": {text}' for key, text in fields.items()) + "}"
    answer = await api.http.post("/auth/register", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == field
    assert await owner.fetchval("SELECT count(*) FROM users") == 0


@pytest.mark.parametrize("password", GUESSABLE.strip().replace("\n", "|").split("|"))
async def test_a_password_that_is_tried_first_is_refused(api: Api, password: str) -> None:
    """Common ones, words of this service with digits behind them, the username in any dress, and repetitions are 422."""
    refused = await api.http.post("/auth/register", json=registration("budi.santoso@mail.example", password=password))
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == "password"
    assert password == "password" or password not in refused.text


@pytest.mark.parametrize(
    "password",
    [
        "xylofon!",
        "x7 " * 42,
        "siap selalu",
        "rahasia-sekali",
        "kata sandi saya \t",
        "пароль-пароль",
        "🔥🐘🌋🎈🔥🐘🌋🎈",
    ],
)
async def test_passwords_of_any_script_work(api: Api, password: str) -> None:
    """Eight to 128 characters of anything register and log in, without rules of composition, and each of them counts."""
    body = registration(password=password)
    assert (await api.http.post("/auth/register", json=body)).status_code == 201
    logins = [await api.login(password=typed) for typed in (password, password + " ", password[1:])]
    assert logins == [200, 401, 401]


async def test_no_name_need_be_given(api: Api) -> None:
    """Who gives no name gets one that says nothing about them, and whoever gave one can have such a name instead."""
    body = {"username": "budi", "password": PASSWORD}
    made = (await api.http.post("/auth/register", json=body)).json()["data"]
    signed = bearer(made["access_token"])
    assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+ [1-9][0-9]", made["user"]["name"])
    await api.http.patch("/users/me/profile", json={"full_name": "Budi Santoso"}, headers=signed)
    hidden = (await api.http.put("/users/me/scout-name", headers=signed)).json()["data"]
    assert re.fullmatch("[A-Z][a-z]+ [A-Z][a-z]+ [1-9][0-9]", hidden["full_name"])
    assert (await api.http.get("/users/me", headers=signed)).json()["data"]["name"] == hidden["full_name"]


async def test_an_old_weak_password_goes_on_working(api: Api, owner: Truth) -> None:
    """Who has a password that is no longer taken still signs in with it."""
    weak = OLD_HASHER.hash("pramuka")
    await owner.execute("INSERT INTO users (username, name, password_hash) VALUES ('lama', 'Lama', $1)", weak)
    assert await api.login("lama", "pramuka") == 200


@pytest.mark.parametrize("sign", ["\u200b", "\u200e", "\u2060", "\ufeff", "\u00ad", "\u00a0"])
async def test_a_username_that_was_pasted(api: Api, sign: str) -> None:
    """Signs that nobody sees, which came along with a username, neither keep its owner out nor make another user."""
    await api.register("budi.santoso")
    assert await api.login(f"{sign}Budi{'' if sign == chr(0xA0) else sign}.Santoso{sign} ") == 200
    again = await api.http.post("/auth/register", json=registration(f"budi.santoso{sign}"))
    assert again.json()["code"] == "username_taken"


async def test_a_damaged_hash_is_a_wrong_password(api: Api, owner: Truth) -> None:
    """A hash that argon2 cannot read lets nobody in and breaks nothing."""
    await api.register("budi")
    await owner.execute("UPDATE users SET password_hash = 'not a hash'")
    assert await api.login() == 401


@pytest.mark.parametrize(
    "body",
    [
        {"username": "budi", "password": "x" * 1025},
        {"username": "x" * 1025, "password": PASSWORD},
        {"username": "budi\x00", "password": PASSWORD},
        {"username": "budi", "password": "\x00"},
        {"username": "budi", "password": 12345678},
        {"username": None, "password": PASSWORD},
        {"username": "budi"},
        {"username": "budi", "password": PASSWORD, "remember": True},
        {"username": "\ud800", "password": PASSWORD},
        {"username": "budi", "password": "\ud800"},
    ],
)
async def test_malformed_logins_are_422(api: Api, body: dict[str, object]) -> None:
    """What cannot be a login is 422, never 500 and never a slow hash of a megabyte."""
    headers = {"Content-Type": "application/json"}
    answer = await api.http.post("/auth/login", content=json.dumps(body), headers=headers)
    assert answer.status_code == 422


async def test_keyboards_may_compose_letters_differently(api: Api) -> None:
    """A password typed with combining accents is the one typed with ready-made letters."""
    composed = unicodedata.normalize("NFC", "café séjour")
    await api.http.post("/auth/register", json=registration(password=composed))
    assert await api.login(password=unicodedata.normalize("NFD", composed)) == 200


async def test_login_renews_an_old_hash(api: Api, owner: Truth) -> None:
    """A hash made with other costs is replaced by one of today's at login, once, and the password goes on working."""
    await api.register("budi")
    old = OLD_HASHER.hash(PASSWORD)
    await owner.execute("UPDATE users SET password_hash = $1", old)
    assert await api.login(password="wrong one") == 401
    assert await owner.fetchval("SELECT password_hash FROM users") == old
    assert await api.login() == 200
    renewed = await owner.fetchval("SELECT password_hash FROM users")
    assert renewed != old
    assert not Passwords().needs_rehash(renewed)
    assert await api.login() == 200
    assert await owner.fetchval("SELECT password_hash FROM users") == renewed


async def test_a_login_does_not_fail_for_want_of_a_new_hash(
    api: Api, owner: Truth, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where too many hashes wait to be made for this one, too, the right password still lets in, and the old hash stays."""
    await api.register("budi")
    old = OLD_HASHER.hash(PASSWORD)
    await owner.execute("UPDATE users SET password_hash = $1", old)

    async def refuse(_: Passwords, __: str) -> str:
        raise Overloaded

    monkeypatch.setattr(Passwords, "hash", refuse)
    assert await api.login() == 200
    assert await owner.fetchval("SELECT password_hash FROM users") == old


async def test_a_password_changed_meanwhile_is_not_renewed_away(api: Api, database: Database, owner: Truth) -> None:
    """A renewed hash is dropped when the stored one is no longer the one that was verified."""
    learner = await api.register("budi")
    current = await owner.fetchval("SELECT password_hash FROM users")
    assert not await UserRepository(database).set_password_hash(learner.id, old="another", new="late")
    assert await owner.fetchval("SELECT password_hash FROM users") == current


async def test_an_operators_token_needs_an_active_user(api: Api, owner: Truth) -> None:
    """`token_for` gives a working token for any spelling of an active user's name, and none for others."""
    await api.register("budi")
    headers = bearer(await api.services.auth.token_for(" BUDI "))
    assert (await api.http.get("/users/me", headers=headers)).status_code == 200
    await owner.execute("UPDATE users SET is_active = false")
    for username in ("budi", "nobody"):
        with pytest.raises(UnknownUser):
            await api.services.auth.token_for(username)


async def test_a_new_username_logs_in_and_the_old_one_is_free(api: Api) -> None:
    """By the password, in any spelling; all sessions go on, and somebody else may have the old name."""
    budi = await api.register("budy")
    answer = await rename(api, budi, " Budi ")
    assert (answer.status_code, answer.json()["data"]["username"]) == (200, "budi")
    assert (await api.http.get("/users/me", headers=budi.headers)).json()["data"]["username"] == "budi"
    assert [await api.login("budy"), await api.login("budi")] == [401, 200]
    assert (await rename(api, budi, "budi")).status_code == 200, "the same name again"
    assert (await api.register("budy")).id != budi.id
    taken = await rename(api, budi, "BUDY")
    assert (taken.status_code, taken.json()["code"]) == (409, "username_taken")


@pytest.mark.parametrize("username", ["ab", "bu di", "bud\u0456", "x" * 255, "", None, 12345])
async def test_a_new_username_obeys_the_rules_of_registration(api: Api, username: object) -> None:
    """What registration refuses is 422, and the old name stays."""
    budi = await api.register("budi")
    refused = await rename(api, budi, username)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "username")
    assert await api.login("budi") == 200


@pytest.mark.parametrize(
    ("password", "code"), [("guessed", "wrong_password"), ("", "wrong_password"), (None, "not_proven")]
)
async def test_a_username_is_changed_by_the_password_only(api: Api, password: str | None, code: str) -> None:
    """Who found the phone does not know the password: 403, and the old name stays."""
    budi = await api.register("budi")
    refused = await rename(api, budi, "mine", password)
    assert (refused.status_code, refused.json()["code"]) == (403, code)
    assert [await api.login("budi"), await api.login("mine")] == [200, 401]


async def test_an_account_without_a_password_is_renamed_by_a_fresh_token(api: Api, owner: Truth) -> None:
    """Who signs in by an account elsewhere logs in again, and has ten minutes."""
    budi = await api.register("budi")
    await owner.execute("UPDATE users SET password_hash = NULL")
    api.clock.move(minutes=9)
    assert (await rename(api, budi, "budi.s", None)).status_code == 200
    api.clock.move(minutes=2)
    refused = await rename(api, budi, "budi", None)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_proven")


async def test_a_username_must_not_tell_the_password(api: Api) -> None:
    """A new name that is one's password would show it to everybody who knows the name."""
    budi = await api.register("budi")
    await api.http.post(
        "/auth/password", json={"old_password": PASSWORD, "new_password": "elang.tangkas"}, headers=budi.headers
    )
    signed = (await api.http.post("/auth/login", json={"username": "budi", "password": "elang.tangkas"})).json()
    again = replace(budi, headers=bearer(signed["data"]["access_token"]))
    refused = await rename(api, again, "elang.tangkas", "elang.tangkas")
    assert (refused.status_code, refused.json()["code"]) == (422, "password_guessable")


async def test_of_ten_who_want_one_name_one_gets_it(api: Api, owner: Truth) -> None:
    """Of nine renamings and a registration at once one gets the name; the others keep theirs, and can read why."""
    learners = [await api.register(f"learner{n}") for n in range(9)]
    answers = await asyncio.gather(
        api.http.post("/auth/register", json=registration("rajawali")),
        *(rename(api, learner, "rajawali") for learner in learners),
    )
    assert sum(answer.is_success for answer in answers) == 1
    assert {answer.status_code for answer in answers if not answer.is_success} == {409}
    assert await owner.fetchval("SELECT count(*) FROM users WHERE username = 'rajawali'") == 1
    assert await owner.fetchval("SELECT count(*) FROM users WHERE username LIKE 'learner%'") >= 8


async def test_names_cannot_be_swapped_in_a_circle(api: Api) -> None:
    """Three who want each other's names at once are all refused at once, and wait for nobody."""
    names = ["satu", "dua1", "tiga"]
    learners = [await api.register(name) for name in names]
    answers = await asyncio.gather(
        *(rename(api, learner, name) for learner, name in zip(learners, names[1:] + names[:1], strict=True))
    )
    assert [answer.status_code for answer in answers] == [409, 409, 409]


async def rename(api: Api, learner: Learner, username: object, password: str | None = PASSWORD) -> httpx.Response:
    """Ask for another username."""
    body = {"username": username} | ({} if password is None else {"password": password})
    return await api.http.post("/auth/username", json=body, headers=learner.headers)
