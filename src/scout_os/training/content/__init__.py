"""Training packs: YAML files that are checked as a whole, loaded in one transaction and read back as a catalogue."""

from scout_os.training.content.catalog import load_catalog
from scout_os.training.content.issues import Issue, PackInvalid
from scout_os.training.content.loading import load_pack
from scout_os.training.content.pack import Pack, PackLevel, PackSection, PackUnit
from scout_os.training.content.reader import read_pack
from scout_os.training.content.repository import find_version
from scout_os.training.content.summary import Counts, LoadSummary

__all__ = [
    "Counts",
    "Issue",
    "LoadSummary",
    "Pack",
    "PackInvalid",
    "PackLevel",
    "PackSection",
    "PackUnit",
    "find_version",
    "load_catalog",
    "load_pack",
    "read_pack",
]
