"""The app below a path of a host that shows other things as well."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from scout_os.core.store_urls import StoreUrls
from tests.reverse_proxy import proxied
from tests.service import Service, serve
from tests.web.device import device
from tests.web.lesson import begin_first_level, skip_to_the_end

PREFIX = "/belajar"


@pytest.fixture
def prefixed(packed_stores: StoreUrls, tmp_path: Path) -> Iterator[Service]:
    """The service, told that it is shown below a prefix."""
    with serve(packed_stores, tmp_path, web_app="on", root_path=PREFIX) as running:
        yield running


@pytest.mark.parametrize("strips", [True, False], ids=["stripped", "left"])
async def test_the_app_runs_below_a_prefix(prefixed: Service, browser: Browser, strips: bool) -> None:
    """A lesson, and another one without a network, whether or not the proxy takes the prefix away."""
    async with (
        proxied(prefixed.url, PREFIX, strips=strips) as url,
        device(browser, url + PREFIX) as phone,
    ):
        await phone.open()
        await begin_first_level(phone)
        await skip_to_the_end(phone)
        await phone.until_kept()
        scope = await phone.page.evaluate("navigator.serviceWorker.ready.then(it => it.scope)")
        assert scope == f"{url}{PREFIX}/"
        await phone.set_offline(True)
        await phone.open()
        await begin_first_level(phone)
        await skip_to_the_end(phone)
