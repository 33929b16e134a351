"""The wheel: all that a host needs, without Node, a checkout or the network."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scout_os.web_app import find_build

ROOT = Path(__file__).parents[1]
UV = Path(sys.executable).with_name("uv")
ASK = "from scout_os.web_app import find_build; print(find_build())"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this checkout, unpacked as an installation does."""
    directory = tmp_path_factory.mktemp("wheel")
    command: list[str | Path] = [
        UV,
        "build",
        "--wheel",
        "--no-build-isolation",
        "--offline",
        "--out-dir",
        directory,
        "-q",
    ]
    subprocess.run([*command, "--python", sys.executable], cwd=ROOT, check=True, timeout=120)
    [wheel] = directory.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(directory / "site-packages")
    return directory / "site-packages"


def test_it_has_the_app_as_it_was_built(installed: Path) -> None:
    """Every file with its compressed twins, where the installed service looks for it."""
    build, app = find_build(), installed / "scout_os" / "web"
    assert build is not None
    assert contents(app) == contents(build)
    found = subprocess.check_output([sys.executable, "-c", ASK], env={"PYTHONPATH": str(installed)}, text=True)
    assert Path(found.strip()) == app


def test_it_has_the_pack_and_names_licences(installed: Path) -> None:
    """The training pack, and the licences of what the app's files contain of others."""
    assert list((installed / "scout_os" / "content" / "pramuka").glob("*.yaml"))
    licences = (installed / "scout_os" / "web" / "licences.txt").read_text()
    for name in ("preact ", "@preact/signals ", "idb ", "workbox-precaching ", "Nunito "):
        assert f"\n{name}" in f"\n{licences}"
    assert "SIL OPEN FONT LICENSE" in licences


def contents(directory: Path) -> dict[str, bytes]:
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*") if path.is_file()}
