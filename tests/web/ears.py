"""What a screen reader makes of the app: what it reads out by itself, and where its focus is.

It presses as TalkBack does: a click, without a pointer before it.
"""

from __future__ import annotations

from playwright.async_api import BrowserContext, Locator, Page, expect

_LISTEN = r"""(() => {
  const LIVE = '[role=status], [role=alert], [aria-live=polite]';
  const heard = [], known = new WeakMap();
  const words = node => {
    if (node.nodeType !== Node.ELEMENT_NODE) return node.nodeValue ?? '';
    if (node.ariaHidden === 'true' || !node.checkVisibility()) return '';
    return node.ariaLabel ?? [...node.childNodes].map(words).join(' ');
  };
  const listen = () => {
    for (const region of document.querySelectorAll(LIVE)) {
      const isThere = region.checkVisibility() && region.closest('[aria-hidden=true]') === null;
      const now = isThere ? words(region).replace(/\s+/g, ' ').replace(/ ([.,:;!?])/g, '$1').trim() : null;
      const before = known.get(region) ?? null;
      known.set(region, now);
      if (now && now !== before && (before !== null || region.role === 'alert')) heard.push(now);
    }
  };
  new MutationObserver(listen).observe(document, {
    subtree: true, childList: true, characterData: true, attributes: true,
  });
  window.heardSince = () => heard.splice(0);
})()"""
"""A region that comes with its words, or was not to be seen before, is read out only if it is an alert."""
_FOCUS = """(() => {
  const {activeElement: it, body} = document;
  if (it === body) return '';
  return it.ariaLabel ?? it.labels?.[0]?.textContent ?? it.textContent.trim();
})()"""


_PRESS = f"""it => {{
  it.click();
  const {{port1, port2}} = new MessageChannel();
  return new Promise(done => {{
    port1.onmessage = () => done({_FOCUS});
    port2.postMessage(null);
  }});
}}"""


async def listen(context: BrowserContext) -> None:
    """From the next page on, note what is read out."""
    await context.add_init_script(_LISTEN)


async def hears(page: Page, *words: str) -> list[str]:
    """Each of these is read out, after what was asked for before; all that was read out until then."""
    heard: list[str] = []
    for wanted in words:
        for _ in range(100):
            heard += await page.evaluate("heardSince()")
            if any(wanted in each for each in heard):
                break
            await page.wait_for_timeout(50)
        else:
            raise AssertionError(f"not read out: {wanted!r}; but {heard}")
    return heard


async def hears_nothing(page: Page) -> None:
    """Nothing was read out since."""
    assert await page.evaluate("heardSince()") == []


async def press(target: Locator) -> None:
    """Go to it and press it."""
    await target.focus()
    await target.evaluate("it => it.click()")


async def focus_after(target: Locator) -> str:
    """Press it; what has the focus then, before the page is painted. Empty: nothing has."""
    await target.focus()
    found: str = await target.evaluate(_PRESS)
    return found


async def is_at(page: Page, target: Locator) -> None:
    """The focus is there."""
    try:
        await expect(target).to_be_focused(timeout=3000)
    except AssertionError as error:
        raise AssertionError(f"the focus is at {await page.evaluate(_FOCUS)!r}") from error
