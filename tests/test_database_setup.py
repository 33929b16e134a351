"""The content of the first start: loaded once, never in the place of what is there, and never left out silently."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scout_os.core.store_urls import StoreUrls
from scout_os.database_setup import ContentInvalid, _load_first_pack, set_up_database
from scout_os.settings import Settings
from tests.packs.editing import SIX_TYPES, Edit, copy_pack
from tests.service import Truth, settings_for
from tests.training.content.loads import CONTENT, rows_of, without_simpul


def _settings(directory: Path, pack: Path) -> Settings:
    return settings_for(directory).model_copy(update={"content_dir": pack})


async def _start(directory: Path, pack: Path, stores: StoreUrls) -> None:
    await asyncio.to_thread(set_up_database, _settings(directory, pack), stores)


async def test_an_invalid_first_pack_is_told(stores: StoreUrls, owner: Truth, tmp_path: Path) -> None:
    """A start without usable content fails with the pack's mistakes, and the next one with a good pack succeeds."""
    pack = copy_pack(tmp_path / "pack", Edit("simpul.yaml", "title: Ikatan\n", "title: Ikatan # 1\n"))
    with pytest.raises(ContentInvalid, match=r"simpul.yaml:75: title: text after a blank and # is not read"):
        await _start(tmp_path, pack, stores)
    assert await owner.fetchval("SELECT count(*) FROM content_state") == 0
    await _start(tmp_path, SIX_TYPES, stores)
    assert await owner.fetchval("SELECT version FROM content_state") == 1


async def test_hosts_that_start_together_load_one_pack(stores: StoreUrls, owner: Truth, tmp_path: Path) -> None:
    """Two hosts with different packs: one of them is loaded, and the other host neither mixes, retires nor fails."""
    without_simpul(tmp_path / "smaller")
    settings = [_settings(tmp_path, pack) for pack in (SIX_TYPES, tmp_path / "smaller") * 3]
    await asyncio.gather(*(_load_first_pack(each, stores.database_url) for each in settings))
    assert await owner.fetchval("SELECT version FROM content_state") == 1
    assert await owner.fetchval("SELECT count(*) FROM sections WHERE NOT is_active") == 0


@pytest.mark.parametrize("later", ["smaller", "invalid", "missing"])
async def test_content_that_is_there_stays(later: str, stores: StoreUrls, owner: Truth, tmp_path: Path) -> None:
    """An upgrade whose pack would retire levels, or cannot even be read, changes nothing and starts."""
    await _start(tmp_path, SIX_TYPES, stores)
    without_simpul(tmp_path / "smaller")
    copy_pack(tmp_path / "invalid", Edit("simpul.yaml", "order: 1\ntier", "order: 2\ntier"))
    before = await rows_of(owner, *CONTENT)
    await _start(tmp_path, tmp_path / later, stores)
    assert await rows_of(owner, *CONTENT) == before
