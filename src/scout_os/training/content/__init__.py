"""Training packs: YAML files that are checked as a whole, loaded in one transaction and read back as a catalogue."""

from scout_os.training.content.issues import Issue, PackInvalid
from scout_os.training.content.loading import load_pack
from scout_os.training.content.pack import Pack
from scout_os.training.content.reader import read_pack
from scout_os.training.content.repository import find_version, load_catalog
from scout_os.training.content.summary import Counts, LoadSummary

__all__ = [
    "Counts",
    "Issue",
    "LoadSummary",
    "Pack",
    "PackInvalid",
    "find_version",
    "load_catalog",
    "load_pack",
    "read_pack",
]
