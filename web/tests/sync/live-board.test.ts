import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BoardSource, type HeldBoard } from "../../src/sync/board-source";
import { LiveBoard, TIMES } from "../../src/sync/live-board";
import { Service } from "../../src/sync/service";
import { FakeBoard, row } from "./fake-board";

const BUDI = [row(1, "Budi", 10)];
const SITI = [row(1, "Siti", 20), row(2, "Budi", 10)];

let fake: FakeBoard;
let held: HeldBoard | null;
let token: string | null;
let looking: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  fake = new FakeBoard();
  fake.rows = BUDI;
  held = null;
  token = null;
  looking = new AbortController();
});

afterEach(async () => {
  looking.abort();
  await vi.runAllTimersAsync();
  vi.useRealTimers();
});

/** A board that is looked at, once what was asked for first has come. */
async function look(account = "guest"): Promise<LiveBoard> {
  const source = new BoardSource(
    new Service("", () => {}, fake.fetch),
    async () => token,
    () => {
      token = null;
    },
  );
  const memory = {
    read: async () => held,
    write: async (board: HeldBoard) => {
      held = board;
    },
  };
  const board = new LiveBoard(account, source, memory);
  void board.run(looking.signal);
  await pass(0);
  return board;
}

const pass = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);
const lastRequest = () => fake.requests[fake.requests.length - 1];
const names = (board: LiveBoard) => board.board.value?.rows.map(({ name }) => name);

test("the board is live from the first event, and each event replaces it", async () => {
  const board = await look();
  expect([board.state.value, names(board)]).toEqual(["live", ["Budi"]]);
  fake.move(SITI);
  await pass(0);
  expect(names(board)).toEqual(["Siti", "Budi"]);
  await pass(TIMES.silence - 1);
  expect(fake.asked("/leaderboard")).toBe(0);
});

test("what the service says of its stores is told, and mended", async () => {
  const board = await look();
  fake.send('event: stale\ndata: {"stale": true, "source": "postgres"}\n\n');
  await pass(0);
  expect(board.state.value).toBe("late");
  fake.move(SITI); // goes on, by the other store
  await pass(0);
  expect([board.state.value, names(board)]).toEqual(["late", ["Siti", "Budi"]]);
  fake.send('event: stale\ndata: {"stale": false, "source": "redis"}\n\n');
  await pass(0);
  expect(board.state.value).toBe("live");
});

test("after a short break the stream goes on where it was, and nothing is said", async () => {
  const board = await look();
  const states: string[] = [];
  board.state.subscribe((state) => void states.push(state));
  fake.end(null);
  await pass(TIMES.gap);
  expect(fake.open).toBe(1);
  expect(lastRequest()?.lastEventId).toBe("1"); // the same state is not sent again
  expect(states).toEqual(["live"]);
  fake.move(SITI);
  await pass(0);
  expect(names(board)).toEqual(["Siti", "Budi"]);
});

test("without a network the last board stays and is called so, and the stream comes back by itself", async () => {
  const board = await look();
  fake.network = "away";
  fake.end(null);
  await pass(TIMES.gap + 1);
  expect([board.state.value, names(board)]).toEqual(["offline", ["Budi"]]);
  fake.network = "up";
  fake.rows = SITI;
  board.hurry();
  await pass(0);
  expect([board.state.value, fake.open]).toEqual(["live", 1]);
});

test("silence for longer than the service's comments counts as broken", async () => {
  await look();
  for (let beats = 0; beats < 4; beats++) {
    await pass(15_000);
    fake.send(": heartbeat\n\n");
  }
  await pass(TIMES.silence - 1);
  expect(fake.requests).toHaveLength(1);
  await pass(2_000);
  expect(fake.requests).toHaveLength(2);
  expect(fake.open).toBe(1);
});

test.each(["streamless", "crowded"] as const)(
  "on a %s line, the board is asked for each few seconds and called late",
  async (network) => {
    fake.network = network;
    const board = await look();
    expect([board.state.value, names(board)]).toEqual(["late", ["Budi"]]);
    const before = fake.asked("/leaderboard");
    fake.rows = SITI;
    await pass(10 * TIMES.ask);
    expect(fake.asked("/leaderboard") - before).toBeLessThanOrEqual(10);
    expect(names(board)).toEqual(["Siti", "Budi"]);
    fake.network = "up";
    await pass(30_000); // the longest pause between two tries
    expect(board.state.value).toBe("live");
  },
);

test("a service that asks for patience is left alone for so long, and is not called away", async () => {
  fake.network = "overloaded";
  fake.retryAfter = 20;
  const board = await look();
  expect(board.state.value).toBe("late");
  await pass(19_000);
  expect([fake.asked("/leaderboard/stream"), fake.asked("/leaderboard")]).toEqual([1, 1]);
  fake.network = "up";
  await pass(2_000);
  expect(board.state.value).toBe("live");
});

test("the service's own end opens the next stream after a pause, and ends that come at once are not a race", async () => {
  await look();
  fake.end("shutdown");
  await pass(0);
  expect(fake.open).toBe(0);
  await pass(1_000);
  expect(fake.open).toBe(1);
  for (let seconds = 0; seconds < 60; seconds++) {
    fake.end("shutdown");
    await pass(1_000);
  }
  expect(fake.asked("/leaderboard/stream")).toBeLessThan(12);
});

test.each(["token_expired", "access_ended"])("after %s the board goes on as a guest's", async (reason) => {
  token = "t";
  fake.tokens.add("t");
  const board = await look("7");
  expect(board.board.value?.me).toMatchObject({ rank: 1, xp: 10 });
  fake.tokens.clear();
  fake.end(reason);
  await pass(TIMES.gap);
  expect([board.state.value, board.board.value?.me]).toEqual(["live", null]);
  expect(lastRequest()).toMatchObject({ path: "/leaderboard/stream", token: null, lastEventId: null });
});

test("a token that the service refuses is told, and the board is asked for without it", async () => {
  token = "t";
  const board = await look("7");
  await pass(TIMES.gap);
  expect(token).toBeNull();
  expect([board.state.value, names(board)]).toEqual(["live", ["Budi"]]);
});

test("the last board is kept on the device and shown before the service answers", async () => {
  token = "t";
  fake.tokens.add("t");
  await look("7");
  looking.abort();
  await pass(0);
  expect(held).toMatchObject({ account: "7", rows: BUDI, me: { rank: 1 } });
  fake.network = "away";
  looking = new AbortController();
  const again = await look("7");
  expect([again.state.value, names(again)]).toEqual(["offline", ["Budi"]]);
  expect(again.board.value?.me).toMatchObject({ rank: 1 });
});

test("another learner of the device sees the board, and not whose it was", async () => {
  held = { account: "7", held_at: 0, rows: BUDI, me: { rank: 1, xp: 10, neighbours: null }, is_stale: false };
  fake.network = "away";
  const board = await look("8");
  expect([names(board), board.board.value?.me]).toEqual([["Budi"], null]);
});

test("a board that is not looked at asks for nothing and holds no stream", async () => {
  await look();
  looking.abort();
  await pass(60_000);
  expect([fake.open, fake.requests.length]).toEqual([0, 1]);
});

test("a body that is not the service's is no board", async () => {
  const board = await look();
  fake.send("event: board\nid: 9\ndata: <html>\n\n");
  await pass(TIMES.gap);
  expect([names(board), board.state.value]).toEqual([["Budi"], "live"]);
  expect(lastRequest()?.lastEventId).toBe("1");
});
