/** Answers kept for use without a network, the oldest of which make room. */
export class BoundedCache {
  constructor(
    private readonly name: string,
    private readonly most: number,
  ) {}

  /** What is kept is good for ever. */
  async keep(event: FetchEvent): Promise<Response> {
    const cache = await caches.open(this.name);
    return (await cache.match(event.request)) ?? this.fetch(event, cache);
  }

  /** What is kept is shown at once, and asked for again for the next time. */
  async renew(event: FetchEvent): Promise<Response> {
    const cache = await caches.open(this.name);
    const kept = await cache.match(event.request);
    const fetched = this.fetch(event, cache);
    if (kept === undefined) return fetched;
    event.waitUntil(fetched.catch(() => {})); // without a network, what is kept stays
    return kept;
  }

  private async fetch(event: FetchEvent, cache: Cache): Promise<Response> {
    const answer = await fetch(event.request);
    // An opaque answer tells nothing, and counts against the quota with megabytes.
    if (answer.status === 200 && answer.type !== "opaque") {
      event.waitUntil(this.put(event.request, answer.clone(), cache));
    }
    return answer;
  }

  private async put(request: Request, answer: Response, cache: Cache): Promise<void> {
    try {
      await cache.delete(request); // it counts as new
      await cache.put(request, answer);
      const kept = await cache.keys();
      for (const old of kept.slice(0, Math.max(0, kept.length - this.most))) await cache.delete(old);
    } catch {
      // The disk is full: it is shown, and not kept.
    }
  }
}
