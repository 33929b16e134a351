/** The service's leaderboard behind a network that a test cuts, as `docs/api.md` states it. */

import type { Row } from "../../src/sync/board-source";

export const row = (rank: number, name: string, xp: number): Row => {
  return { rank, id: rank, name, xp, avatar: null, level: "Siaga Mula" };
};

/** What happens to requests: `streamless` is a proxy that cuts or holds back streams, `crowded` a stream too many. */
type Network = "up" | "away" | "streamless" | "crowded" | "overloaded";

export class FakeBoard {
  network: Network = "up";
  rows: Row[] = [];
  retryAfter = 7;
  /** Tokens that the service takes. */
  readonly tokens = new Set<string>();
  readonly requests: { path: string; token: string | null; lastEventId: string | null }[] = [];
  private version = 1;
  private streams: ReadableStreamDefaultController<Uint8Array>[] = [];

  get open(): number {
    return this.streams.length;
  }

  asked(path: string): number {
    return this.requests.filter((request) => request.path.startsWith(`${path}?`) || request.path === path).length;
  }

  /** A new state, told to all streams. */
  move(rows: Row[]): void {
    this.version++;
    this.rows = rows;
    this.send(this.event());
  }

  send(text: string): void {
    for (const stream of this.streams) stream.enqueue(new TextEncoder().encode(text));
  }

  /** End all streams: with an event that says why, or cut. */
  end(reason: string | null): void {
    if (reason !== null) this.send(`event: end\ndata: {"reason": "${reason}"}\n\n`);
    for (const stream of this.streams.splice(0)) {
      if (reason === null) stream.error(new TypeError("network error"));
      else stream.close();
    }
  }

  readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const headers = init.headers as Record<string, string>;
    const token = headers.Authorization?.slice("Bearer ".length) ?? null;
    const lastEventId = headers["Last-Event-ID"] ?? null;
    this.requests.push({ path: String(url), token, lastEventId });
    if (this.network === "away") throw new TypeError("no network");
    if (this.network === "overloaded") return this.later(503, "overloaded");
    if (token !== null && !this.tokens.has(token)) {
      return Response.json({ success: false, status: 401, code: "unauthenticated", detail: "" }, { status: 401 });
    }
    if (!String(url).startsWith("/leaderboard/stream")) {
      return Response.json(String(url).startsWith("/leaderboard/me") ? this.me() : this.board());
    }
    if (this.network === "crowded") return this.later(429, "too_many_streams");
    if (this.network === "streamless") return new Response("<html>", { status: 502 });
    return this.stream(token, lastEventId, init.signal as AbortSignal);
  };

  private later(status: number, code: string): Response {
    const headers = { "Retry-After": String(this.retryAfter) };
    return Response.json({ success: false, status, code, detail: "" }, { status, headers });
  }

  private stream(token: string | null, lastEventId: string | null, signal: AbortSignal): Response {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.streams.push(controller);
        signal.addEventListener("abort", () => this.forget(controller));
        if (lastEventId !== String(this.version)) controller.enqueue(new TextEncoder().encode(this.event(token)));
      },
      cancel: () => {},
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream; charset=utf-8" } });
  }

  private forget(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.streams = this.streams.filter((other) => other !== controller);
  }

  private event(token: string | null = null): string {
    const data = JSON.stringify({ leaderboard: this.board(), me: token === null ? null : this.me() });
    return `event: board\nid: ${this.version}\ndata: ${data}\n\n`;
  }

  private board() {
    return { success: true, data: { top_users: this.rows, my_rank: null, meta: META } };
  }

  private me() {
    return { success: true, data: { my_rank: { rank: 1, xp: 10 }, meta: META, neighbours: this.rows } };
  }
}

const META = { source: "redis", as_of: "2026-01-01T00:00:00Z", stale: false };
