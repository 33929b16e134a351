/** The service's rules of submissions, as `docs/api.md` states them, behind a network that a test cuts. */

import type { FrozenRequest } from "../../src/store/outbox-database";

type Json = Record<string, unknown>;
type Cut = "none" | "before" | "after";
interface Received {
  account: string;
  key: string;
  level_id: string;
}

const REQUIRES: Record<string, string | null> = { l1: null, l2: "l1", l3: "l2", l4: "l3" };
export const LEVELS = Object.keys(REQUIRES);

export class FakeService {
  /** What the network does to the next requests: lost on the way, or answered without the answer arriving. */
  cut: Cut = "none";
  tries = 0;
  readonly received: Received[] = [];
  readonly retired = new Set<string>();
  readonly paid = new Map<string, number>();
  private readonly tokens = new Map<string, string>();
  private readonly answers = new Map<string, { body: string; json: Json }>();
  private readonly completed = new Set<string>();
  private made = 0;

  signIn(account: string): string {
    const token = `${account}-token-${++this.made}`;
    this.tokens.set(token, account);
    return token;
  }

  endTokens(account: string): void {
    for (const [token, owner] of this.tokens) if (owner === account) this.tokens.delete(token);
  }

  isGood(token: string): boolean {
    return this.tokens.has(token);
  }

  readonly fetch = async (url: string | URL | Request, init: RequestInit = {}): Promise<Response> => {
    const cut = this.cut;
    this.tries++;
    if (cut === "before") throw new TypeError("no network");
    const headers = init.headers as Record<string, string>;
    const answer = this.answer({
      method: init.method ?? "GET",
      path: String(url),
      body: (init.body as string | null) ?? null,
      token: headers.Authorization?.slice("Bearer ".length) ?? null,
      key: headers["Idempotency-Key"] ?? "",
    });
    if (cut === "after") throw new TypeError("the answer was lost");
    return answer;
  };

  private answer({ path, body, token, key }: FrozenRequest & { token: string | null }): Response {
    const account = this.tokens.get(token ?? "");
    if (account === undefined) return refusal(401, "unauthenticated");
    if (path === "/auth/logout") {
      this.tokens.delete(token ?? "");
      return Response.json({ success: true });
    }
    const { level_id } = JSON.parse(body ?? "") as { level_id: string };
    if (!this.received.some((other) => other.key === key && other.account === account)) {
      this.received.push({ account, key: key ?? "", level_id });
    }
    const earlier = this.answers.get(`${account} ${key}`);
    if (earlier !== undefined) {
      return earlier.body === body ? Response.json(earlier.json) : refusal(422, "idempotency_key_reused");
    }
    const required = REQUIRES[level_id];
    if (required === undefined || this.retired.has(level_id)) return refusal(404, "unknown_level");
    if (required !== null && !this.completed.has(`${account} ${required}`)) return refusal(409, "level_locked");
    const place = `${account} ${level_id}`;
    const xp_earned = this.completed.has(place) ? 0 : 10;
    this.completed.add(place);
    this.paid.set(place, (this.paid.get(place) ?? 0) + (xp_earned > 0 ? 1 : 0));
    const json = { success: true, level_id, status: "COMPLETED", xp_earned };
    this.answers.set(`${account} ${key}`, { body: body ?? "", json });
    return Response.json(json);
  }
}

function refusal(status: number, code: string): Response {
  return Response.json({ success: false, status, code, detail: code }, { status });
}
