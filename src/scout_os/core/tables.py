"""The clock of the installation, where it may be set."""

from sqlalchemy import CheckConstraint, Column, Interval, SmallInteger, Table, text

from scout_os.core.metadata import metadata

installation_clock = Table(
    "installation_clock",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False, server_default=text("1")),
    Column("ahead", Interval, nullable=False, server_default=text("'0'"), comment="how far the clock was put forward"),
    CheckConstraint("id = 1", name="id"),
    comment="one row; production ignores it",
)
