"""What the service is made of: locked with hashes, listed, and without known holes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
FLOORS = {"starlette": "0.49.1", "redis": "4.5.4", "pyjwt": "2.13.0", "pillow": "12.0", "cryptography": "44.0.1"}
"""Below these there were holes that would matter here."""


@pytest.fixture(scope="module")
def components(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """What `make sbom` lists."""
    path = tmp_path_factory.mktemp("sbom") / "sbom.json"
    options = ["--no-config", "--frozen", "--no-dev", "--no-emit-project", "--format", "cyclonedx1.5", "-q", "-o"]
    subprocess.run([str(UV), "export", *options, str(path)], cwd=ROOT, check=True, capture_output=True)
    document = json.loads(path.read_text())
    assert document["bomFormat"] == "CycloneDX"
    found: list[dict[str, Any]] = document["components"]
    return found


def test_the_bill_of_materials_is_what_is_installed(components: list[dict[str, Any]]) -> None:
    """Everything that the service needs here is listed in the version installed; what else is listed is for other systems."""
    listed = {(name_of(item["name"]), item["version"]) for item in components}
    installed = needed("scout-os")
    assert installed <= listed
    elsewhere = {
        item["name"] for item in components if any("marker" in each["name"] for each in item.get("properties", ()))
    }
    assert {name for name, _ in listed - installed} <= elsewhere


def test_everything_is_locked_with_hashes(components: list[dict[str, Any]]) -> None:
    """Each component has a digest in the bill, and is in the lock that `make setup` installs, where all have hashes."""
    lock = (ROOT / "requirements.lock").read_text()
    entries = [entry for entry in re.split(r"\n(?=[a-z0-9])", lock) if "==" in entry.splitlines()[0]]
    assert len(entries) > 40
    assert all("--hash=sha256:" in entry for entry in entries)
    for item in components:
        assert any(source["hashes"] for source in item["externalReferences"]), item["name"]
        pinned = rf"^{re.escape(item['name'])}=={re.escape(item['version'])}\b"
        assert re.search(pinned, lock, re.MULTILINE), item["name"]


def test_versions_with_known_holes_are_not_locked(components: list[dict[str, Any]]) -> None:
    """Libraries whose older versions had holes are newer, and the abandoned one for tokens is not there at all."""
    versions = {name_of(item["name"]): Version(item["version"]) for item in components}
    assert {name: str(versions[name]) for name, floor in FLOORS.items() if versions[name] < Version(floor)} == {}
    assert "python-jose" not in versions


@pytest.mark.parametrize("name", ["uv.lock", "requirements.lock"])
def test_a_lock_holds_no_path_of_a_machine(name: str) -> None:
    """No file URL, no absolute path, no index but the public one."""
    text = (ROOT / name).read_text()
    assert not re.search(r"file:|(?<![\w:/.])/(home|root|tmp|opt|work|usr)/", text)
    assert set(re.findall(r'registry = "([^"]+)"', text)) <= {"https://pypi.org/simple"}


def needed(project: str) -> set[tuple[str, str]]:
    """Name and version of all that `project` needs in this environment."""
    waiting = [(project, "")]
    seen: set[tuple[str, str]] = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        for text in distribution(name).requires or ():
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                waiting += [(name_of(requirement.name), each) for each in ("", *requirement.extras)]
    return {(name, distribution(name).version) for name, _ in seen if name != project}


def name_of(name: str) -> str:
    """The one spelling of a project's name."""
    return re.sub(r"[-_.]+", "-", name).lower()
