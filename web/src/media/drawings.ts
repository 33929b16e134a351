/** Drawings. The worker keeps each that was fetched once, and a file never changes. */

const kept = new Set<string>();

/** A drawing's text. Raises if it is neither on the device nor can be reached. */
export async function loadDrawing(address: URL): Promise<string> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${address.pathname}`);
  return answer.text();
}

/** Bring drawings to the device, as far as that goes now; what is missing comes when it is looked at. */
export async function keepDrawings(addresses: readonly URL[]): Promise<void> {
  await navigator.serviceWorker?.ready; // before it, nothing is kept
  for (const address of addresses.filter(({ href }) => !kept.has(href))) {
    try {
      await loadDrawing(address);
      kept.add(address.href);
    } catch {
      return; // no signal
    }
  }
}
