/** Requests to the service. Raises `Refused` or `Unreachable`, nothing else. */

import { Refused, Unreachable } from "./errors";

/** For a whole request. */
const ANSWER_MS = 10_000;
const LATER = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface Call {
  method: string;
  path: string;
  body?: string | null;
  token?: string | null;
  /** Sent as `Idempotency-Key`. */
  key?: string;
}

type Json = Record<string, unknown>;

export class Service {
  /** `base` ends with `/api/v1`; `onTimeSeal` gets the seal of each answer that has one. */
  constructor(
    private readonly base: string,
    private readonly onTimeSeal: (timeSeal: string) => void = () => {},
    private readonly fetch: typeof globalThis.fetch = (...request) => globalThis.fetch(...request),
  ) {}

  /** The answer's JSON object. */
  async call({ method, path, body = null, token = null, key }: Call): Promise<Json> {
    const headers: Record<string, string> = {};
    if (body !== null) headers["Content-Type"] = "application/json";
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (key !== undefined) headers["Idempotency-Key"] = key;
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), ANSWER_MS);
    try {
      const signal = ended.signal;
      const answer = await this.fetch(this.base + path, { method, body, headers, signal, cache: "no-store" });
      return this.read(answer, await answer.json().catch(() => null));
    } catch (error) {
      throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * A stream of server-sent events, which ends with `signal`. Its bytes may stop coming without an error: watch them.
   * Raises the reason of `signal` too, if that ends it before the service answers.
   */
  async openStream(
    { path, token, lastEventId }: { path: string; token: string | null; lastEventId: string | null },
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (token !== null) headers.Authorization = `Bearer ${token}`;
    if (lastEventId !== null) headers["Last-Event-ID"] = lastEventId;
    const ended = new AbortController();
    const end = () => ended.abort(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    const timer = setTimeout(() => ended.abort(), ANSWER_MS);
    try {
      const answer = await this.fetch(this.base + path, { headers, signal: ended.signal, cache: "no-store" });
      const isStream = answer.headers.get("Content-Type")?.startsWith("text/event-stream") ?? false;
      if (answer.ok && isStream && answer.body !== null) return answer.body;
      this.read(answer, await answer.json().catch(() => null));
      throw new Unreachable("an answer that is no stream");
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      throw error instanceof Refused || error instanceof Unreachable ? error : new Unreachable(String(error));
    } finally {
      clearTimeout(timer);
    }
  }

  private read(answer: Response, content: unknown): Json {
    const json = typeof content === "object" && content !== null ? (content as Json) : null;
    const timeSeal = answer.headers.get("Time-Seal");
    if (timeSeal !== null) this.onTimeSeal(timeSeal);
    if (answer.ok && json !== null) return json;
    if (json === null || typeof json.code !== "string" || LATER.has(answer.status)) {
      // Without our form of errors, something between us and the service answered, such as a guest network.
      const after = Number(answer.headers.get("Retry-After") ?? Number.NaN);
      const isAnswered = typeof json?.code === "string";
      throw new Unreachable(String(json?.code ?? answer.status), after >= 0 ? after : null, isAnswered);
    }
    throw new Refused(answer.status, json.code, String(json.detail ?? ""));
  }
}
