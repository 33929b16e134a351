"""The addresses of the servers of one data directory, and the names in them."""

from dataclasses import dataclass, field

from scout_os.core.embedded.credentials import Passwords
from scout_os.core.embedded.ports import HOST

DATABASE = "scout"
OWNER = "scout_owner"
SERVICE = "scout_service"
READER = "scout_reader"


@dataclass(frozen=True)
class ServerUrls:
    """Where the servers listen, passwords included; the repr shows none of them.

    `owner_database_url`: the superuser who owns the schema, for migrations.
    `database_url`: the plain role of the application. `reader_database_url`: reads everything, writes nothing.
    """

    owner_database_url: str = field(repr=False)
    database_url: str = field(repr=False)
    reader_database_url: str = field(repr=False)
    redis_url: str = field(repr=False)


def server_urls(passwords: Passwords, postgres_port: int, valkey_port: int) -> ServerUrls:
    """Compose the addresses; the passwords are hexadecimal and need no escaping."""
    database = f"{HOST}:{postgres_port}/{DATABASE}"
    return ServerUrls(
        owner_database_url=f"postgresql://{OWNER}:{passwords.owner}@{database}",
        database_url=f"postgresql://{SERVICE}:{passwords.service}@{database}",
        reader_database_url=f"postgresql://{READER}:{passwords.reader}@{database}",
        redis_url=f"redis://:{passwords.valkey}@{HOST}:{valkey_port}/0",
    )
