"""The passwords of one data directory: random, made once, in a file that only our account can read."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scout_os.core.embedded.errors import DataDirNotUsable
from scout_os.core.embedded.files import write_private


def _new_password() -> str:
    return secrets.token_hex(24)


@dataclass(frozen=True)
class Passwords:
    """One per role, so that a leaked reader is not an owner."""

    owner: str = field(default_factory=_new_password, repr=False)
    service: str = field(default_factory=_new_password, repr=False)
    reader: str = field(default_factory=_new_password, repr=False)
    valkey: str = field(default_factory=_new_password, repr=False)


def open_passwords(path: Path) -> Passwords:
    """Return the passwords in the file, or new ones written there when there is no file.

    Raises `DataDirNotUsable` for a file that is damaged: new passwords would not open the database that exists.
    """
    try:
        return Passwords(**json.loads(path.read_text()))
    except FileNotFoundError:
        passwords = Passwords()
        write_private(path, json.dumps(asdict(passwords)))
        return passwords
    except (ValueError, TypeError) as error:
        raise DataDirNotUsable(f"{path} does not hold the passwords that were written there: {error}.") from error
