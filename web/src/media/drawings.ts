/** Drawings, kept on the device: a file never changes, so what is there is good for ever. */

const CACHE = "scout-os-drawings";

/** A drawing's text. Raises if it is neither on the device nor can be reached. */
export async function loadDrawing(address: URL): Promise<string> {
  const cache = await open();
  const kept = await cache?.match(address);
  if (kept !== undefined) return kept.text();
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address.pathname}`);
  await cache?.put(address, answer.clone()).catch(() => {}); // a full disk: it is shown all the same
  return answer.text();
}

/** Bring drawings to the device, as far as that goes now; what is missing comes when it is looked at. */
export async function keepDrawings(addresses: readonly URL[]): Promise<void> {
  for (const address of addresses) {
    try {
      await loadDrawing(address);
    } catch {
      return; // no signal
    }
  }
}

export async function forgetDrawings(): Promise<void> {
  if ("caches" in globalThis) await caches.delete(CACHE);
}

/** Null where the browser keeps none, as on pages without https. */
async function open(): Promise<Cache | null> {
  return "caches" in globalThis ? await caches.open(CACHE).catch(() => null) : null;
}
