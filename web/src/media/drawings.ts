/** Drawings. The worker keeps each that was fetched once, and a file never changes. */

const kept = new Set<string>();

/** A drawing's text. Raises if it is neither on the device nor can be reached. */
export async function loadDrawing(address: URL): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address.pathname}`);
  return answer.text();
}

/** Resolves when the worker answers this window's requests: a moment after it is ready. */
async function isServed(): Promise<void> {
  const { serviceWorker } = navigator;
  if (serviceWorker === undefined || serviceWorker.controller !== null) return;
  await new Promise((served) => serviceWorker.addEventListener("controllerchange", served, { once: true }));
}

/** Bring drawings to the device, as far as that goes now; what is missing comes when it is looked at. */
export async function keepDrawings(addresses: readonly URL[]): Promise<void> {
  await isServed(); // before, nothing is kept
  for (const address of addresses.filter(({ href }) => !kept.has(href))) {
    try {
      await loadDrawing(address);
      kept.add(address.href);
    } catch {
      return; // no signal
    }
  }
}
