"""`scout-os content` as a process: what a teacher and an operator read, and the exit codes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scout_os.core.store_urls import StoreUrls
from tests.cli.command import Command
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.process import ServeProcess
from tests.service import Truth
from tests.training.content.loads import CONTENT, add_learner, retired_in, rows_of, without_simpul

PACK = str(SIX_TYPES)


@pytest.fixture
def content(stores: StoreUrls, tmp_path: Path) -> Command:
    """`scout-os content` on an empty database."""
    return Command("content", stores, tmp_path / "data")


async def test_a_smaller_pack_needs_consent(content: Command, owner: Truth, tmp_path: Path) -> None:
    """It says what would go and for how many learners, exit code 1; the options it names do just that, once."""
    loaded = await content("load", PACK)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert loaded.stdout.endswith(
        "Content version 1: sections 2 added; units 3 added; levels 6 added; questions 9 added.\n"
    )
    await add_learner(owner, "simpul_u1_l1")
    without_simpul(tmp_path / "my pack")
    before = await rows_of(owner, *CONTENT)

    refused = await content("load", str(tmp_path / "my pack"))

    assert (refused.returncode, refused.stdout) == (1, "")
    *lines, summary = refused.stderr.splitlines()
    assert [line.split()[:3] for line in lines] == [
        ["retired", "section", "simpul"],
        ["retired", "unit", "simpul_u1"],
        ["retired", "level", "simpul_u1_l1"],
        ["retired", "level", "simpul_u1_l2"],
        ["retired", "unit", "simpul_u2"],
        ["retired", "level", "simpul_u2_l1"],
    ]
    assert lines[2] == "retired  level simpul_u1_l1 (Simpul Pertama): learners with progress: 1"
    assert "1 section, 2 units, 3 levels would be retired; learners with progress there: 1;" in summary
    assert await rows_of(owner, *CONTENT) == before

    _, options = summary.split(" To retire them, add ")
    done = await content("load", str(tmp_path / "my pack"), *options.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert await retired_in(owner, "sections") == {"simpul"}
    again = await content("load", PACK, *options.split())
    assert (again.returncode, again.stdout) == (1, "")
    assert "the content version is 2, not 1; nothing was loaded" in again.stderr


async def test_a_dry_run_shows_the_plan(content: Command, owner: Truth, tmp_path: Path) -> None:
    """The whole plan on standard output and exit code 0, also where the load would be refused; nothing changes."""
    empty = await content("load", PACK, "--dry-run")
    assert (empty.returncode, "added    section simpul (Simpul dan Tali)" in empty.stdout) == (0, True), empty
    assert await owner.fetchval("SELECT count(*) FROM sections") == 0
    await content("load", PACK)
    before = await rows_of(owner, *CONTENT)
    copy_pack(tmp_path / "pack", Edit("simpul.yaml", "xp_reward: 10", "xp_reward: 12"))

    shown = await content("load", str(tmp_path / "pack"), "--dry-run")
    without_simpul(tmp_path / "smaller")
    retiring = await content("load", str(tmp_path / "smaller"), "--dry-run")

    assert (shown.returncode, shown.stderr, retiring.returncode) == (0, "", 0)
    line, summary, last = shown.stdout.splitlines()
    assert line == "changed  level simpul_u1_l1 (Simpul Pertama): xp_reward 10 → 12"
    assert summary.endswith("Against content version 1: levels 1 changed.")
    assert last == "Nothing was loaded."
    assert "3 levels would be retired; learners with progress there: 0;" in retiring.stdout
    assert await rows_of(owner, *CONTENT) == before


async def test_export_and_load_again(content: Command, tmp_path: Path) -> None:
    """Nothing to export is exit code 1; an export validates, loads without a change, and is never overwritten."""
    target = str(tmp_path / "export")
    nothing = await content("export", target)
    assert (nothing.returncode, nothing.stderr) == (1, "scout-os: no content is loaded yet.\n")
    await content("load", PACK)
    written = await content("export", target)
    assert (written.returncode, written.stderr) == (0, "")
    assert written.stdout == f"{target}: 2 sections, 3 units, 6 levels, 9 questions. Content version 1.\n"
    assert (await content("load", target)).stdout.endswith("Content version 1: nothing changed.\n")
    again = await content("export", target)
    assert (again.returncode, again.stderr) == (1, f"scout-os: {target}: not an empty directory\n")


async def test_content_that_this_release_refuses_is_exported(content: Command, owner: Truth, tmp_path: Path) -> None:
    """What an older release let in is written all the same, with what to mend before it can be loaded; exit code 1."""
    await content("load", PACK)
    await owner.execute("UPDATE levels SET xp_reward = 1, title = E'a\\tb' WHERE id = 'jejak_u1_l1'")
    written = await content("export", str(tmp_path / "export"))
    assert written.returncode == 1
    assert "jejak.yaml:12: title: holds the control character U+0009" in written.stderr
    assert "mend them before you load it" in written.stderr
    assert (tmp_path / "export" / "simpul.yaml").exists()


async def test_mistakes_are_told_with_file_and_line(content: Command, tmp_path: Path) -> None:
    """All of them at once on standard error, exit code 1, and wrong options are exit code 2."""
    copy_pack(
        tmp_path / "pack",
        Edit("simpul.yaml", "question: Urutkan langkah", "question: Urutkan # langkah"),
        Edit("jejak.yml", "xp_reward: 25", 'xp_reward: "25"'),
    )
    checked = await content("validate", str(tmp_path / "pack"))
    assert (checked.returncode, checked.stdout) == (1, "")
    number, comment, count = checked.stderr.splitlines()
    assert number == "jejak.yml:15: xp_reward: must be a whole number, not text: remove the quotes"
    assert comment.startswith("simpul.yaml:88: question: text after a blank and # is not read: put it in quotes: 'Urut")
    assert count == "scout-os: 2 problem(s); nothing was loaded."
    assert (await content("load", PACK, "--if-version", "-1")).returncode == 2


async def test_a_service_without_content_says_so(content: Command) -> None:
    """Where a start may load nothing itself, the log names what is missing, and a pack loaded by hand makes it ready."""
    environment = content.environment | {"SCOUT_MIGRATE_ON_START": "false"}
    process = ServeProcess(content.data_dir, env=environment)
    try:
        async with asyncio.timeout(60):
            while "no content is loaded: scout-os content load" not in process.log():  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.2)
        assert (await content("load", PACK)).returncode == 0
        await asyncio.to_thread(process.wait_ready)
    finally:
        assert process.stop() == 0
