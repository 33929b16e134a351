"""Training packs: YAML files that are checked as a whole, loaded in one transaction and read back as a catalogue."""

from scout_os.training.content.export import write_pack
from scout_os.training.content.issues import Issue, PackInvalid
from scout_os.training.content.loading import load_pack
from scout_os.training.content.pack import Pack
from scout_os.training.content.plan import count_words, describe
from scout_os.training.content.reader import read_pack
from scout_os.training.content.repository import find_file, find_version, load_catalog
from scout_os.training.content.summary import Counts, Learners, LoadSummary, VersionChanged, WouldRetire

__all__ = [
    "Counts",
    "Issue",
    "Learners",
    "LoadSummary",
    "Pack",
    "PackInvalid",
    "VersionChanged",
    "WouldRetire",
    "count_words",
    "describe",
    "find_file",
    "find_version",
    "load_catalog",
    "load_pack",
    "read_pack",
    "write_pack",
]
