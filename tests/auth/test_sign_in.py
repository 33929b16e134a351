"""Signing in with an account elsewhere: forged ID tokens let nobody in, and no account is taken over."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scout_os.core.store_urls import StoreUrls
from tests.auth.issuer import AUDIENCE, Issuer, issuing
from tests.service import Service, Truth, serve, until_waiting
from tests.signing import by_hand, part

PASSWORD = "siap selalu kak"


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    """An identity provider for the tests of this file."""
    with issuing() as opened:
        yield opened


@pytest.fixture
def signing_in(packed_stores: StoreUrls, tmp_path: Path, issuer: Issuer) -> Iterator[Service]:
    """A service that knows the issuer as Google and as a school."""
    providers = [issuer.settings(), issuer.settings("school")]
    with serve(packed_stores, tmp_path, identity_providers=providers) as service:
        yield service


@pytest.fixture
async def http(signing_in: Service) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the service that knows the issuer, not signed in."""
    async with signing_in.client() as client:
        yield client


async def test_a_first_sign_in_makes_an_account_and_the_next_finds_it(
    http: httpx.AsyncClient, issuer: Issuer, truth: Truth
) -> None:
    """The account bears the verified address, the name and a key; the provider's id finds it, whatever the address is later."""
    first = await sign_in(http, issuer.token())
    assert first.status_code == 200
    data = first.json()["data"]
    assert data["user"] == {"id": data["user"]["id"], "name": "Ayu Lestari", "username": "ayu@gmail.example"}
    me = await http.get("/users/me", headers={"Authorization": f"Bearer {data['access_token']}"})
    assert me.status_code == 200
    again = await sign_in(http, issuer.token(email="another@gmail.example", email_verified=None))
    assert again.json()["data"]["user"]["id"] == data["user"]["id"]
    elsewhere = await sign_in(http, issuer.token(email="ayu@school.example"), provider="providers/school")
    assert elsewhere.json()["data"]["user"]["id"] != data["user"]["id"]
    assert await truth.fetchval("SELECT count(*) FROM users WHERE account_key IS NULL") == 0
    login = {"username": "ayu@gmail.example", "password": ""}
    assert (await http.post("/auth/login", json=login)).status_code == 401


async def test_first_sign_ins_at_the_same_time_make_one_account(
    http: httpx.AsyncClient, issuer: Issuer, truth: Truth
) -> None:
    """Ten at once end in one account, and all of them get in."""
    answers = await asyncio.gather(*(sign_in(http, issuer.token()) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert await truth.fetchval("SELECT count(*) FROM users") == 1


FORGERIES: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "another-app"},
    "an audience beside ours": {"aud": [AUDIENCE, "another-app"]},
    "asked for by another app": {"azp": "another-app"},
    "no audience": {"aud": None},
    "another issuer": {"iss": "https://accounts.test.evil.example"},
    "part of the issuer": {"iss": "accounts.test"},
    "no issuer": {"iss": None},
    "expired": {"exp": int(time.time()) - 60},
    "no expiry": {"exp": None},
    "an expiry that is none": {"exp": 1e300},
    "issued tomorrow": {"iat": int(time.time()) + 86400},
    "not valid yet": {"nbf": int(time.time()) + 86400},
    "nobody": {"sub": None},
    "an id that is none": {"sub": ""},
    "a long id": {"sub": "1" * 300},
}


async def test_claims_that_are_not_for_us(http: httpx.AsyncClient, issuer: Issuer, truth: Truth) -> None:
    """A token that the provider signed for another app, another time or nobody lets nobody in."""
    for what, changes in FORGERIES.items():
        assert (await sign_in(http, issuer.token(**changes))).status_code == 401, what
    assert await truth.fetchval("SELECT count(*) FROM users") == 0


ODD: list[Any] = [
    7,
    -1.5,
    True,
    [],
    [[]],
    {},
    {"x": []},
    "",
    "\ud800",
    "\x00",
    "x" * 5000,
    10**400,
    float("nan"),
    float("inf"),
]


async def test_claims_and_headers_of_any_type(packed_stores: StoreUrls, tmp_path: Path, issuer: Issuer) -> None:
    """Whatever a provider signs, and whatever an attacker writes in front of it, is a sign-in or a refusal, never an error."""
    claims = [
        {**issuer.claims(sub=f"user-{claim}"), claim: value}
        for claim in ("iss", "aud", "azp", "sub", "email", "email_verified", "name", "iat", "exp", "nbf", "nonce")
        for value in ODD
    ]
    key, good = issuer.keys["first"], {"alg": "RS256", "kid": "first"}
    tokens = [jwt.api_jws.encode(json.dumps(each).encode(), key, "RS256", good) for each in claims]
    deep = base64.urlsafe_b64encode(b"[" * 2900).rstrip(b"=").decode()
    tokens.append(jwt.api_jws.encode(b"[" * 2900, key, "RS256", good))
    _, payload, signature = issuer.token().split(".")
    names = ("alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "zip")
    tokens += [f"{part({**good, name: value})}.{payload}.{signature}" for name in names for value in ODD]
    tokens += [f"{deep}.{payload}.{signature}", f"{part(good)}.{deep}.{signature}", deep, "..", "."]
    with serve(packed_stores, tmp_path, limits="off", identity_providers=[issuer.settings()]) as service:
        async with service.client() as http:
            for token in tokens:
                answer = await sign_in(http, token)
                assert answer.status_code in {200, 401, 403, 409, 422}, (answer.text, token[:300])


async def test_a_provider_whose_clock_is_ahead_signs_in(http: httpx.AsyncClient, issuer: Issuer) -> None:
    """A token that was issued in a minute or two by the provider's clock is good: ours may have been put back."""
    ahead = int(time.time()) + 120
    assert (await sign_in(http, issuer.token(iat=ahead, nbf=ahead))).status_code == 200


async def test_a_first_sign_in_tells_where_the_device_is(http: httpx.AsyncClient, issuer: Issuer, truth: Truth) -> None:
    """The new account's days are counted in the device's time zone; a later sign-in elsewhere changes nothing."""
    for zone in ("Asia/Makassar", "Asia/Jakarta"):
        answer = await http.post("/auth/google", json={"id_token": issuer.token(), "timezone": zone})
        assert answer.status_code == 200
    assert await truth.fetchval("SELECT timezone FROM users") == "Asia/Makassar"


async def test_signatures_that_are_not_the_providers(http: httpx.AsyncClient, issuer: Issuer, truth: Truth) -> None:
    """No algorithm, the public key as an HMAC secret, a key of one's own, one that the token brings along, a changed payload."""
    own = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = issuer.keys["first"].public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(own.public_key(), as_dict=True)
    head, _, signature = issuer.token().split(".")
    claims = issuer.claims()
    forged = [
        *(by_hand({"alg": alg, "kid": "first"}, claims, None) for alg in ("none", "None", "NONE", "nOnE", "")),
        by_hand({"kid": "first"}, claims, None),
        *(by_hand({"alg": "HS256", "kid": key_id}, claims, pem) for key_id in ("first", "symmetric")),
        by_hand({"alg": "HS256", "kid": "symmetric"}, claims, b"\x00"),
        jwt.encode(claims, own, algorithm="RS256", headers={"kid": "first"}),
        jwt.encode(claims, own, algorithm="RS256", headers={"kid": "first", "jwk": jwk}),
        jwt.encode(claims, own, algorithm="RS256", headers={"kid": "first", "jku": "http://127.0.0.1:9/evil"}),
        jwt.encode(claims, own, algorithm="RS256"),
        jwt.encode(claims, issuer.keys["first"], algorithm="RS384", headers={"kid": "first"}),
        f"{head}.{part(claims | {'sub': '1'})}.{signature}",
        f"{head}.{part(claims)}.",
        "x",
        "..",
    ]
    for token in forged:
        answer = await sign_in(http, token)
        assert (answer.status_code, answer.json()["code"]) == (401, "invalid_identity"), token
    assert await truth.fetchval("SELECT count(*) FROM users") == 0


async def test_an_address_that_nobody_verified(http: httpx.AsyncClient, issuer: Issuer, truth: Truth) -> None:
    """An address that the provider does not vouch for makes no account and joins none."""
    await register(http, "ayu@gmail.example")
    for verified in [False, None, "false", "TRUE", 1, "yes"]:
        token = issuer.token(email_verified=verified)
        assert (await sign_in(http, token)).json()["code"] == "email_not_verified", verified
        assert (await sign_in(http, token, password=PASSWORD)).json()["code"] == "email_not_verified"
    assert await truth.fetchval("SELECT count(*) FROM user_identities") == 0


async def test_an_account_is_joined_for_its_password_only(
    http: httpx.AsyncClient, issuer: Issuer, truth: Truth
) -> None:
    """Who owns the address elsewhere does not own the account here, nor the other way round, until the password is given."""
    learner = await register(http, "ayu@gmail.example")
    refused = await sign_in(http, issuer.token())
    assert (refused.status_code, refused.json()["code"]) == (409, "account_exists")
    assert (await sign_in(http, issuer.token(), password="guessed")).status_code == 401
    assert await truth.fetchval("SELECT count(*) FROM user_identities") == 0
    joined = await sign_in(http, issuer.token(), password=PASSWORD)
    assert (joined.status_code, joined.json()["data"]["user"]["id"]) == (200, learner)
    assert (await sign_in(http, issuer.token())).json()["data"]["user"]["id"] == learner
    guesses = [(await sign_in(http, issuer.token(sub="2"), password="guessed")).status_code for _ in range(12)]
    assert guesses[-1] == 429


async def test_signing_in_beside_a_guesser(http: httpx.AsyncClient, issuer: Issuer) -> None:
    """Wrong passwords and forged ID tokens from an address keep nobody there from signing in with a good ID token."""
    login = {"username": "nobody", "password": "guessed"}
    guesses = [(await http.post("/auth/login", json=login)).status_code for _ in range(40)]
    forged = [(await sign_in(http, issuer.token(aud="another-app"))).status_code for _ in range(40)]
    assert guesses[-1] == 429
    assert set(forged) == {401}
    assert (await sign_in(http, issuer.token())).status_code == 200


async def test_an_account_that_is_erased_while_it_is_joined(
    http: httpx.AsyncClient, issuer: Issuer, truth: Truth
) -> None:
    """Who joins an account elsewhere to one that is being erased is refused, nothing is kept, and a new account can be made."""
    learner = await register(http, "ayu@gmail.example")
    async with truth.transaction():
        await truth.execute("SELECT FROM users WHERE id = $1 FOR UPDATE", learner)
        joining = asyncio.create_task(sign_in(http, issuer.token(), password=PASSWORD))
        await until_waiting(truth, 1)
        await truth.execute(
            """UPDATE users SET username = NULL, name = '', password_hash = NULL, is_active = false,
                      board_era = board_era + 1 WHERE id = $1""",
            learner,
        )
    refused = await joining
    assert (refused.status_code, refused.json()["code"]) == (401, "invalid_credentials")
    assert await truth.fetchval("SELECT count(*) FROM user_identities") == 0
    assert (await sign_in(http, issuer.token())).json()["data"]["user"]["id"] != learner


async def test_a_disabled_account_stays_shut(http: httpx.AsyncClient, issuer: Issuer, truth: Truth) -> None:
    """Another way to sign in is no way round: a disabled account is refused, and not made anew."""
    await sign_in(http, issuer.token())
    await truth.execute("UPDATE users SET is_active = false")
    assert (await sign_in(http, issuer.token())).status_code == 401
    assert await truth.fetchval("SELECT count(*) FROM users") == 1


async def test_without_configuration_nobody_signs_in_so(service: Service, issuer: Issuer) -> None:
    """Not configured: a clear refusal that is no 401, for Google and for others."""
    async with service.client() as client:
        for provider in ("google", "providers/school", "providers/..%2F..%2Fx"):
            answer = await sign_in(client, issuer.token(), provider=provider)
            assert answer.status_code == 404
        assert (await sign_in(client, issuer.token())).json()["code"] == "provider_not_configured"


async def sign_in(
    http: httpx.AsyncClient, token: str, *, provider: str = "google", password: str | None = None
) -> httpx.Response:
    """Sign in with an ID token, and with the account's password where one is given."""
    body = {"id_token": token} | ({} if password is None else {"password": password})
    return await http.post(f"/auth/{provider}", json=body)


async def register(http: httpx.AsyncClient, username: str) -> int:
    """A new account with a password; its id."""
    body = {"name": "Ayu", "username": username, "password": PASSWORD}
    learner: int = (await http.post("/auth/register", json=body)).json()["data"]["user"]["id"]
    return learner
