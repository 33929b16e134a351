"""The roles of the embedded servers, and the passwords of one data directory: random, made once, readable by us only."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scout_os.core.embedded.errors import DataDirNotUsable
from scout_os.core.embedded.files import write_private
from scout_os.core.embedded.ports import HOST
from scout_os.core.store_urls import StoreUrls

DATABASE = "scout"
OWNER = "scout_owner"
SERVICE = "scout_service"
READER = "scout_reader"


def _new_password() -> str:
    return secrets.token_hex(24)


@dataclass(frozen=True)
class Credentials:
    """One password per role, so that a leaked reader is not an owner."""

    owner: str = field(default_factory=_new_password, repr=False)
    service: str = field(default_factory=_new_password, repr=False)
    reader: str = field(default_factory=_new_password, repr=False)
    valkey: str = field(default_factory=_new_password, repr=False)

    def store_urls(self, postgres_port: int, valkey_port: int) -> StoreUrls:
        """The addresses with these passwords, which are hexadecimal and need no escaping."""
        database = f"{HOST}:{postgres_port}/{DATABASE}"
        return StoreUrls(
            owner_database_url=f"postgresql://{OWNER}:{self.owner}@{database}",
            database_url=f"postgresql://{SERVICE}:{self.service}@{database}",
            reader_database_url=f"postgresql://{READER}:{self.reader}@{database}",
            redis_url=f"redis://:{self.valkey}@{HOST}:{valkey_port}/0",
        )


def open_credentials(path: Path) -> Credentials:
    """Return the passwords in the file, or write new ones there if there is no file.

    Raises `DataDirNotUsable` if the file is damaged: new passwords would not open the existing database.
    """
    try:
        return Credentials(**json.loads(path.read_text()))
    except FileNotFoundError:
        made = Credentials()
        write_private(path, json.dumps(asdict(made)))
        return made
    except (ValueError, TypeError) as error:
        raise DataDirNotUsable(f"{path} does not hold the passwords that were written there: {error}.") from error
