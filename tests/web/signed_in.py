"""A phone on which somebody is signed in already."""

from __future__ import annotations

from tests.service import token
from tests.web.device import Device

_KEEP = """async ([account, token]) => {
  const open = name => new Promise((done, failed) => {
    const request = indexedDB.open(name);
    request.onsuccess = () => done(request.result);
    request.onerror = failed;
  });
  const keep = (database, store, value, key) => new Promise(done => {
    const transaction = database.transaction(store, 'readwrite');
    transaction.objectStore(store).put(value, key);
    transaction.oncomplete = done;
  });
  const outbox = await open('scout-os-outbox');
  await keep(outbox, 'tokens', { account, token });
  outbox.close();
  const device = await open('scout-os-device');
  await keep(device, 'values', account, 'account');
  device.close();
}"""
"""What the app keeps when somebody signs in."""


async def open_signed_in(phone: Device, user_id: int, route: str = "", *, access_token: str | None = None) -> None:
    """Open the app at a route, with this learner signed in; signing in itself has tests of its own."""
    await phone.open()
    await phone.page.locator("h1").wait_for()
    await phone.page.evaluate(_KEEP, [str(user_id), access_token or token(user_id)])
    await phone.open(route)
    await phone.page.reload()
