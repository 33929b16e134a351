/** Requests to the service. Raises `Refused` or `Unreachable`, nothing else. */

import { NotLookedAt, Refused, Unreachable } from "./errors";

/** For a whole request. */
const ANSWER_MS = 10_000;
/** For one that brings or sends much, on a line of a few kilobytes a second. */
const LARGE_ANSWER_MS = 60_000;
const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface Call {
  method: string;
  path: string;
  /** JSON, or a picture. */
  body?: string | Blob | null;
  token?: string | null;
  /** Sent as `Idempotency-Key`. */
  key?: string;
}

export type Json = Record<string, unknown>;

/** An answer with the tag that says later whether it is still the present one. */
export interface Tagged {
  content: Json;
  etag: string | null;
}

export class Service {
  /** `base` ends with `/api/v1`; `onTimeSeal` gets the seal of each answer that has one. */
  constructor(
    private readonly base: string,
    private readonly onTimeSeal: (timeSeal: string) => void = () => {},
    private readonly fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request),
    /** Told with each request whether it got an answer. */
    private readonly onReached: (isReached: boolean) => void = () => {},
  ) {}

  /** The answer's JSON object. */
  async call({ method, path, body = null, token = null, key }: Call): Promise<Json> {
    const headers: Record<string, string> = {};
    if (body !== null) headers["Content-Type"] = typeof body === "string" ? "application/json" : body.type;
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (key !== undefined) headers["Idempotency-Key"] = key;
    const patience = typeof body === "string" || body === null ? ANSWER_MS : LARGE_ANSWER_MS;
    return this.send(path, { method, body, headers }, patience, (answer) => this.read(answer));
  }

  /** What is for everybody; null: it still has the tag `etag`. */
  async getIfChanged(path: string, etag: string | null): Promise<Tagged | null> {
    const headers: Record<string, string> = etag === null ? {} : { "If-None-Match": etag };
    return this.send(path, { method: "GET", headers }, LARGE_ANSWER_MS, async (answer) => {
      if (answer.status !== 304) return { content: await this.read(answer), etag: answer.headers.get("ETag") };
      this.noteSeal(answer);
      return null;
    });
  }

  /** How many bytes an answer would bring; null: nobody can tell. */
  async size(path: string): Promise<number | null> {
    const length = await this.send(path, { method: "HEAD" }, ANSWER_MS, async (answer) =>
      answer.ok ? answer.headers.get("Content-Length") : null,
    );
    return length === null ? null : Number(length);
  }

  private async send<T>(
    path: string,
    request: RequestInit,
    patience: number,
    read: (answer: Response) => Promise<T>,
  ): Promise<T> {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), patience);
    try {
      return await read(await this.reach(path, { ...request, signal: ended.signal }));
    } catch (error) {
      throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * A stream of server-sent events, which ends with `signal`. Its bytes may stop coming without an error: watch them.
   * Raises `NotLookedAt` too, if `signal` ends it before the service answers.
   */
  async openStream(
    { path, token, lastEventId }: { path: string; token: string | null; lastEventId: string | null },
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
    const ended = new AbortController();
    const end = () => ended.abort();
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    const timer = setTimeout(() => ended.abort(), ANSWER_MS);
    try {
      const answer = await this.reach(path, { headers, signal: ended.signal }, signal);
      const isStream = answer.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
      if (answer.ok && isStream && answer.body !== null) return answer.body;
      await this.read(answer);
      throw new Unreachable("an answer that is no stream");
    } catch (error) {
      if (signal.aborted) throw new NotLookedAt();
      throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /** A request that its own screen gave up says nothing about the network, nor does one from before the network went. */
  private async reach(path: string, request: RequestInit, givenUp?: AbortSignal): Promise<Response> {
    const wasOnline = navigator.onLine;
    try {
      const answer = await this.fetch(this.base + path, { ...request, cache: "no-store" });
      if (navigator.onLine || !wasOnline) this.onReached(true);
      return answer;
    } catch (error) {
      if (givenUp?.aborted !== true) this.onReached(false);
      throw error;
    }
  }

  private async read(answer: Response): Promise<Json> {
    const content: unknown = await answer.json().catch(() => null);
    const json = typeof content === "object" && content !== null ? (content as Json) : null;
    this.noteSeal(answer);
    if (answer.ok && json !== null) return json;
    if (json === null || typeof json.code !== "string" || LATER.has(answer.status)) {
      // Without our form of errors, something between us and the service answered, such as a guest network.
      const after = Number(answer.headers.get("Retry-After") ?? Number.NaN);
      const code = typeof json?.code === "string" ? json.code : null;
      throw new Unreachable(code ?? String(answer.status), after >= 0 ? after : null, code);
    }
    throw new Refused(answer.status, json.code, String(json.detail ?? ""), fieldsOf(json.errors));
  }

  private noteSeal(answer: Response): void {
    const timeSeal = answer.headers.get("Time-Seal");
    if (timeSeal !== null) this.onTimeSeal(timeSeal);
  }
}

function fieldsOf(errors: unknown): string[] {
  return Array.isArray(errors) ? errors.map((error: { field?: unknown }) => String(error?.field ?? "")) : [];
}
