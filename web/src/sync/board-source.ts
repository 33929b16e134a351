/** The leaderboard as the service tells it, by its stream and by single questions. */

import type { components } from "../openapi";
import { Refused } from "./errors";
import type { Service } from "./service";

type Schemas = components["schemas"];

/** A learner on the board. */
export type Row = Schemas["TopUser"];

export interface Board {
  /** The first of all, in order. */
  rows: readonly Row[];
  /** Null for a guest. */
  me: OwnPlace | null;
  /** The service knows that recent XP may be missing. */
  is_stale: boolean;
}

export interface OwnPlace {
  /** 0: not on the board, because of no XP or because the learner is hidden. */
  rank: number;
  xp: number;
  /** The next ones above and below with one's own row, in order; null where the service tells none. */
  neighbours: readonly Row[] | null;
}

/** The last board that was seen, kept on the device. */
export interface HeldBoard extends Board {
  account: string;
  /** Milliseconds, by the device's clock. */
  held_at: number;
}

/** Above and below one's own row. */
const NEIGHBOURS = 2;

/** Asks for one account; after its token ended, as a guest. */
export class BoardSource {
  constructor(
    private readonly service: Pick<Service, "call" | "openStream">,
    private readonly token: () => Promise<string | null>,
    private readonly tokenEnded: (token: string) => void,
  ) {}

  /** Raises `Unreachable` or `Refused`. */
  async ask(): Promise<Board> {
    const token = await this.token();
    return this.watchToken(token, async () => {
      const board = await this.service.call({ method: "GET", path: "/leaderboard", token });
      const path = `/leaderboard/me?neighbours=${NEIGHBOURS}`;
      const me = token === null ? null : await this.service.call({ method: "GET", path, token });
      return boardOf(board, me);
    });
  }

  /** The stream; `end` says that its token ended. Raises `Unreachable`, `Refused` or, if `signal` ends it, `NotLookedAt`. */
  async open(lastEventId: string | null, signal: AbortSignal): Promise<Opened> {
    const token = await this.token();
    const path = token === null ? "/leaderboard/stream" : `/leaderboard/stream?neighbours=${NEIGHBOURS}`;
    const body = await this.watchToken(token, () => this.service.openStream({ path, token, lastEventId }, signal));
    return { body, endToken: () => token !== null && this.tokenEnded(token) };
  }

  private async watchToken<T>(token: string | null, request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      if (token !== null && error instanceof Refused && error.status === 401) this.tokenEnded(token);
      throw error;
    }
  }
}

export interface Opened {
  body: ReadableStream<Uint8Array>;
  endToken(): void;
}

/** The board of `GET /leaderboard` and of `GET /leaderboard/me`. Raises `TypeError` if they are something else. */
export function boardOf(board: unknown, me: unknown): Board {
  const { top_users, meta } = dataOf(board) as Schemas["LeaderboardData"];
  const own = me === null ? null : (dataOf(me) as Schemas["MyRankData"] & { neighbours?: Row[] });
  return {
    rows: top_users.map((row) => row),
    me: own && { ...own.my_rank, neighbours: own.neighbours ?? null },
    is_stale: meta.stale,
  };
}

function dataOf(body: unknown): unknown {
  return (body as { data: unknown }).data;
}
