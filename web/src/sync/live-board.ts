/** The leaderboard as it moves: by the service's stream, and by asking now and then while there is none. */

import { type ReadonlySignal, signal } from "@preact/signals";
import { pause } from "./backoff";
import { type Board, type BoardSource, boardOf, type HeldBoard } from "./board-source";
import { Refused, Unreachable } from "./errors";
import { EventReader, type ServerEvent } from "./event-stream";

/** live: each change within two seconds. late: the service is there, but the board may be behind. */
export type BoardState = "connecting" | "live" | "late" | "offline";

/** Milliseconds. */
export const TIMES = {
  /** The service sends a comment each 15 s; after this without a byte the stream counts as broken. */
  silence: 40_000,
  /** Without a stream for so long, ask: proxies hold streams back or cut them. Shorter gaps are not shown. */
  gap: 2_000,
  /** Between two questions. */
  ask: 3_000,
  /** After a stream that lasted so long, the next one is opened at once. */
  lasting: 10_000,
  /** Between two boards that are kept on the device. */
  keep: 5_000,
};

export interface BoardMemory {
  read(): Promise<HeldBoard | null>;
  write(board: HeldBoard): Promise<void>;
}

export class LiveBoard {
  readonly state: ReadonlySignal<BoardState>;
  /** Null until there is one. */
  readonly board: ReadonlySignal<HeldBoard | null>;

  private readonly present = {
    state: signal<BoardState>("connecting"),
    board: signal<HeldBoard | null>(null),
  };
  private lastEventId: string | null = null;
  private isStreaming = false;
  /** The service said that a store is away; its boards go on. */
  private isStoreAway = false;
  private brokeOff = () => {};
  private keptAt = 0;
  private readonly waits = new Set<() => void>();

  constructor(
    private readonly account: string,
    private readonly source: Pick<BoardSource, "ask" | "open">,
    private readonly memory: BoardMemory,
    private readonly now: () => number = Date.now,
  ) {
    this.state = this.present.state;
    this.board = this.present.board;
  }

  /** Follow the board until `signal` ends it. May be run again afterwards. */
  async run(signal: AbortSignal): Promise<void> {
    if (this.board.value === null) await this.recall();
    signal.addEventListener("abort", () => {
      this.hurry();
      void this.keep();
    });
    await Promise.all([this.follow(signal), this.askInGaps(signal)]);
  }

  /** The network may be back: try again now. */
  hurry(): void {
    for (const wake of this.waits) wake();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    for (let tries = 0; !signal.aborted; ) {
      const begun = this.now();
      const asked = await this.stream(signal);
      this.isStreaming = false;
      this.brokeOff();
      if (this.state.value === "connecting") this.hurry(); // nobody shall wait for a gap to be sure
      tries = this.now() - begun >= TIMES.lasting ? 1 : tries + 1;
      if (!signal.aborted) await this.wait(pause(tries, asked) * 1000);
    }
  }

  /** One stream from its opening to its end; for how many seconds the service wants to be left alone, if it said so. */
  private async stream(signal: AbortSignal): Promise<number | null> {
    const broken = new AbortController();
    const end = () => broken.abort();
    if (signal.aborted) end();
    signal.addEventListener("abort", end);
    let silence: ReturnType<typeof setTimeout> | undefined;
    try {
      const { body, endToken } = await this.source.open(this.lastEventId, broken.signal);
      const reader = body.getReader();
      broken.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}));
      this.isStoreAway = false;
      // Who has the present state already is not sent it again.
      if (this.lastEventId !== null) this.speaks();
      const events = new EventReader();
      for (;;) {
        clearTimeout(silence);
        silence = setTimeout(() => broken.abort(), TIMES.silence);
        const { done, value } = await reader.read();
        if (done) return null;
        for (const event of events.read(value)) {
          if (event.name === "end" && endsToken(event)) {
            this.lastEventId = null; // what comes next is for a guest
            endToken();
          } else this.take(event);
        }
      }
    } catch (error) {
      return error instanceof Unreachable ? error.retryAfter : null;
    } finally {
      clearTimeout(silence);
      signal.removeEventListener("abort", end);
      broken.abort();
    }
  }

  private take({ name, id, data }: ServerEvent): void {
    if (name === "board") {
      const { leaderboard, me } = JSON.parse(data);
      const board = boardOf(leaderboard, me);
      this.lastEventId = id;
      this.show(board);
      this.speaks();
    } else if (name === "stale") {
      this.isStoreAway = JSON.parse(data).stale === true;
      this.speaks();
    }
  }

  private speaks(): void {
    this.isStreaming = true;
    this.present.state.value = this.isStoreAway || this.board.value?.is_stale === true ? "late" : "live";
  }

  private async askInGaps(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      if (this.isStreaming) await this.untilBroken();
      if (signal.aborted) return;
      await this.wait(TIMES.gap);
      for (let tries = 1; !this.isStreaming && !signal.aborted; tries++) {
        const asked = await this.ask();
        if (signal.aborted) return;
        await this.wait(asked === null ? TIMES.ask : Math.max(TIMES.ask, pause(tries, asked) * 1000));
      }
    }
  }

  /** Ask once; for how many seconds the service wants to be left alone, if it said so. */
  private async ask(): Promise<number | null> {
    try {
      const board = await this.source.ask();
      if (this.isStreaming) return null; // the stream knows better
      this.show(board);
      this.present.state.value = "late";
    } catch (error) {
      if (this.isStreaming) return null;
      const isThere = error instanceof Refused || (error instanceof Unreachable && error.isAnswered);
      this.present.state.value = isThere ? "late" : "offline";
      return error instanceof Unreachable ? error.retryAfter : null;
    }
    return null;
  }

  private show(board: Board): void {
    this.present.board.value = { ...board, account: this.account, held_at: this.now() };
    if (this.now() - this.keptAt >= TIMES.keep) void this.keep();
  }

  private async recall(): Promise<void> {
    const held = await this.memory.read().catch(() => null);
    if (held === null) return;
    const isMine = held.account === this.account;
    this.present.board.value = isMine ? held : { ...held, account: this.account, me: null };
  }

  private async keep(): Promise<void> {
    const board = this.board.value;
    if (board === null) return;
    this.keptAt = this.now();
    await this.memory.write(board).catch(() => {}); // such as a full disk; the next board comes soon
  }

  private async wait(milliseconds: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wake = () => {};
    await new Promise<void>((resolve) => {
      wake = resolve;
      this.waits.add(wake);
      timer = setTimeout(wake, milliseconds);
    });
    this.waits.delete(wake);
    clearTimeout(timer);
  }

  private async untilBroken(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.brokeOff = resolve;
    });
  }
}

function endsToken({ data }: ServerEvent): boolean {
  return ["token_expired", "access_ended"].includes(JSON.parse(data).reason);
}
