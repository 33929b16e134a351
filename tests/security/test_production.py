"""Production refuses to start with settings that nobody means."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from scout_os.core.postgres import Database
from scout_os.settings import Settings
from scout_os.unsafe_stores import UnsafeStores, refuse_unsafe_stores
from tests.process import scout_os
from tests.service import SECRET as SECRET_OF_THE_TESTS

GOOD = {
    "env": "production",
    "secret_key": "kY3vR8qLz0Wb5TnXc7JmAe2Hs9PdUf4G",
    "database_url": "postgresql://scout_service:sesame@db.example/scout",
    "redis_url": "redis://:sesame@redis.example/0",
}
UNSAFE: dict[str, dict[str, Any]] = {
    "no secret": {"secret_key": None},
    "a placeholder": {"secret_key": "changeme-changeme-changeme-12345"},
    "a tutorial's secret": {"secret_key": "09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7"},
    "the secret of these tests": {"secret_key": SECRET_OF_THE_TESTS},
    "a short secret": {"secret_key": "kY3vR8qLz0Wb5Tn"},
    "a repeated secret": {"secret_key": "kY3vR8qLz0Wb" * 4},
    "a simple secret": {"secret_key": "abcabcabdabcabcabdaabbccddabcabcabc"},
    "a weak former key": {"other_secret_keys": "changeme"},
    "limits off": {"limits": "off"},
    "debugging on": {"log_level": "debug"},
    "any origin": {"cors_origins": "*"},
    "an origin without TLS": {"cors_origins": "https://app.example, http://app.example"},
    "Redis without password elsewhere": {"redis_url": "redis://redis.example/0"},
    "a default password of PostgreSQL": {"database_url": "postgresql://scout:postgres@db.example/scout"},
    "a password like the user": {"database_url": "postgresql://scout:scout@db.example/scout"},
    "everybody a proxy": {"trusted_proxies": "10.0.0.0/8, 0.0.0.0/0"},
    "a short token for metrics": {"metrics_token": "scrape"},
    "tokens of the older release for ever": {"legacy_tokens_until": "2099-01-01T00:00:00Z"},
    "tokens for a year": {"token_days": 365},
}


@pytest.mark.parametrize("changes", UNSAFE.values(), ids=UNSAFE.keys())
def test_an_unsafe_setting_is_refused_by_name(changes: dict[str, Any]) -> None:
    """Each of them keeps production from starting, is named, and its value is not told; development starts with it."""
    Settings.model_validate({**GOOD, **changes, "env": "development"})
    with pytest.raises(ValidationError) as refusal:
        Settings.model_validate({**GOOD, **changes})
    told = "; ".join(item["msg"] for item in refusal.value.errors())
    [(name, value)] = changes.items()
    assert f"SCOUT_{name.upper()}" in told
    assert not isinstance(value, str) or len(value) < 6 or value not in told


def test_good_settings_are_accepted() -> None:
    """Long random secrets, stores with passwords or on this machine, origins with TLS, our own network as proxies."""
    more = {
        "other_secret_keys": "mW9xT2rBq7Ks4NvYd1GzLe8Hc5PjUa3F",
        "cors_origins": "https://app.example",
        "trusted_proxies": "10.0.0.0/8",
        "metrics_token": "Zq4Tn8Wc1Lr6Vb3X",
    }
    Settings.model_validate({**GOOD, **more})
    Settings.model_validate(
        {**GOOD, "redis_url": "redis://127.0.0.1:6379/0", "database_url": "postgresql://s@localhost/s"}
    )


def test_all_unsafe_settings_are_named_at_once(tmp_path: Path) -> None:
    """`serve` ends with exit code 2 before anything starts, and one run tells of everything that is wrong, without values."""
    environment = {
        "SCOUT_ENV": "production",
        "SCOUT_SECRET_KEY": "hunterxx",
        "SCOUT_OTHER_SECRET_KEYS": "geheim-geheim",
        "SCOUT_LIMITS": "off",
        "SCOUT_FAILPOINTS": "nowhere=kill",
        "SCOUT_LOG_LEVEL": "DEBUG",
        "SCOUT_CORS_ORIGINS": "*",
        "SCOUT_TRUSTED_PROXIES": "0.0.0.0/0",
        "SCOUT_REDIS_URL": "redis://redis.example/0",
        "SCOUT_DATABASE_URL": "postgresql://scout:postgres@db.example/scout",
        "SCOUT_METRICS_TOKEN": "rahasia",
        "SCOUT_LEGACY_TOKENS_UNTIL": "2099-01-01T00:00:00Z",
        "SCOUT_TOKEN_DAYS": "365",
    }
    done = scout_os("serve", data_dir=tmp_path, env=environment)
    assert done.returncode == 2
    assert [name for name in environment if name not in done.stderr and name != "SCOUT_ENV"] == []
    for value in ("hunterxx", "geheim", "rahasia", "redis.example", "db.example"):
        assert value not in done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []


async def test_a_postgresql_that_may_lose_commits_is_refused(database: Database) -> None:
    """With `fsync = off`, as the tests' own server has it, production does not serve."""
    with pytest.raises(UnsafeStores):
        await refuse_unsafe_stores(database)
