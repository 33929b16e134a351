"""Settings: what is refused before anything starts."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from scout_os.settings import Settings

SECRET = "kY3vR8qLz0Wb5TnXc7JmAe2Hs9PdUf4G"
PLACEHOLDERS = ("changeme", "change-me", "change_me", "secret", "secret-key", "password", "default", "your-secret-key")
GOOD = {"env": "production", "secret_key": SECRET}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secret_key": None}, "SCOUT_SECRET_KEY must be set"),
        ({"secret_key": "short but not simple"}, "SCOUT_SECRET_KEY is shorter than 32 bytes"),
        ({"secret_key": "a" * 64}, "SCOUT_SECRET_KEY is a default or too simple"),
        *(({"secret_key": secret}, "SCOUT_SECRET_KEY is a default") for secret in PLACEHOLDERS),
        ({"limits": "off"}, "SCOUT_LIMITS=off is refused"),
        ({"secret_key": "", "env": "development"}, "SCOUT_SECRET_KEY is set but empty"),
        ({"secret_key": "   ", "env": "development"}, "SCOUT_SECRET_KEY is set but empty"),
        ({"database_owner_url": "postgresql://o@h/d"}, "SCOUT_DATABASE_OWNER_URL needs SCOUT_DATABASE_URL"),
        ({"port": 70000}, "port"),
        ({"log_level": "loud"}, "log_level"),
    ],
)
def test_unsafe_or_wrong_settings_are_refused_by_name(changes: dict[str, object], named: str) -> None:
    """The message names the setting and never holds the secret."""
    with pytest.raises(ValidationError, match=named) as refusal:
        Settings.model_validate({**GOOD, **changes})
    secret = changes.get("secret_key")
    if isinstance(secret, str) and len(secret) > 12:
        assert secret not in "; ".join(item["msg"] for item in refusal.value.errors())


def test_good_production_settings_are_accepted_and_cannot_be_changed() -> None:
    """A long secret is enough; the object is frozen and its repr hides secrets; log levels come in any case."""
    settings = Settings.model_validate({**GOOD, "log_level": "warning", "database_url": "postgresql://u:hush@h/d"})
    assert settings.log_level == "WARNING"
    assert SECRET not in repr(settings)
    assert "hush" not in repr(settings)
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
