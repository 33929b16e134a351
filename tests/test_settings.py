"""Settings: what is refused before anything starts, and what production refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from scout_os.settings import Settings
from tests.process import scout_os
from tests.service import SECRET as SECRET_OF_THE_TESTS

SECRET = "kY3vR8qLz0Wb5TnXc7JmAe2Hs9PdUf4G"
GOOD = {
    "env": "production",
    "secret_key": SECRET,
    "database_url": "postgresql://scout_service:sesame@db.example/scout",
    "redis_url": "redis://:sesame@redis.example/0",
}
PLACEHOLDERS = ("changeme", "change-me", "change_me", "secret", "secret-key", "password", "default", "your-secret-key")
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


def test_good_production_settings_are_accepted() -> None:
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


@pytest.mark.parametrize(
    ("given", "path"),
    [("", ""), ("/", ""), ("/belajar", "/belajar"), ("belajar/", "/belajar"), ("/a/b-c.d/", "/a/b-c.d")],
)
def test_a_prefix_may_be_written_in_several_ways(given: str, path: str) -> None:
    """With or without slashes around it, a prefix is the same one."""
    assert Settings.model_validate({"root_path": given}).root_path == path


@pytest.mark.parametrize(
    "path", ["/api", "/docs/x", "media", "/a/../b", "/.", "/a b", "https://x.example/a", "/a?b", "/%61"]
)
def test_a_prefix_that_cannot_be_one_is_refused(path: str) -> None:
    """What is no plain path, or begins like a path of the service itself, is refused by name."""
    with pytest.raises(ValidationError, match="root_path"):
        Settings.model_validate({"root_path": path})


def test_an_origin_is_compared_as_browsers_write_it() -> None:
    """A slash at the end or a capital letter does not lock a web app out."""
    assert Settings.model_validate({"cors_origins": "https://App.example/, https://b.example"}).cors == (
        "https://app.example",
        "https://b.example",
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


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        *(({**GOOD, "secret_key": secret}, "SCOUT_SECRET_KEY is a default") for secret in PLACEHOLDERS),
        ({"secret_key": ""}, "SCOUT_SECRET_KEY is set but empty"),
        ({"secret_key": "   "}, "SCOUT_SECRET_KEY is set but empty"),
        ({"database_owner_url": "postgresql://o@h/d"}, "SCOUT_DATABASE_OWNER_URL needs SCOUT_DATABASE_URL"),
        ({"port": 70000}, "port"),
        ({"log_level": "loud"}, "log_level"),
    ],
)
def test_wrong_settings_are_refused_with_the_reason(changes: dict[str, object], named: str) -> None:
    """Placeholders in production, and everywhere what can never work, are refused by name and reason."""
    with pytest.raises(ValidationError, match=named):
        Settings.model_validate({"env": "development", **changes})


def test_settings_cannot_be_changed_and_show_no_secret() -> None:
    """The object is frozen, its repr hides every secret, and one setting holds several former keys."""
    secrets = {
        "database_url": "postgresql://u:hush@h/d",
        "other_secret_keys": SecretStr(f"{SECRET[::-1]} {SECRET[1:]}x"),
    }
    settings = Settings.model_validate({**GOOD, **secrets, "log_level": "warning"})
    assert settings.log_level == "WARNING"
    assert settings.other_keys == (SECRET[::-1].encode(), f"{SECRET[1:]}x".encode())
    for secret in (SECRET, SECRET[::-1], "hush"):
        assert secret not in repr(settings)
    with pytest.raises(ValidationError):
        settings.port = 1  # type: ignore[misc] # frozen, which is what is tested


def test_identity_providers_are_read_from_json_or_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """Left blank there are none; what is no JSON, or JSON of something else, is refused as other settings are."""
    school = {"name": "school", "jwks_url": "https://id.school.example", "issuers": ["x"], "audiences": ["y"]}
    for text, names in (("", []), ("[]", []), (json.dumps([school]), ["school"])):
        monkeypatch.setenv("SCOUT_IDENTITY_PROVIDERS", text)
        assert list(Settings().providers) == names
    for text in ("[{", "school", '{"name": "school"}', '[{"name": "school"}]'):
        monkeypatch.setenv("SCOUT_IDENTITY_PROVIDERS", text)
        with pytest.raises(ValidationError, match="identity_providers"):
            Settings()
