import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/app";
import { readValue, writeValue } from "../src/store/device-database";
import { openOutboxDatabase } from "../src/store/outbox-database";
import { StorageFull } from "../src/store/transact";
import { doneLesson, frozen } from "./sync/device";

const session = (id: number) => ({ access_token: `token-${id}`, user: { id } });

/** Answers that a test holds back, by what the path ends with; all others are lost on the way. */
const held = new Map<string, { answer(json: object): void; token: string | null }>();

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  held.clear();
  vi.stubGlobal("fetch", (url: string | URL, init: RequestInit = {}) => {
    const path = String(url).split("/").slice(-2).join("/");
    if (!["v1/me", "auth/password"].includes(path)) return Promise.reject(new TypeError("no network"));
    const token = new Headers(init.headers).get("Authorization");
    return new Promise((resolve) => {
      held.set(path, { token, answer: (json) => resolve(Response.json({ success: true, ...json })) });
    });
  });
});
afterEach(() => void vi.unstubAllGlobals());

const openApp = () => App.open(new URL("http://localhost/"));

async function finish(app: App, account: string, level_id: string): Promise<void> {
  await app.outbox.begin(account, doneLesson(level_id));
  const { request, finished } = frozen(level_id, `key-${account}-${level_id}`);
  await app.outbox.finish(account, request, finished);
}

test("an account erased while the next child signs in takes nothing of that child along", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  const erasing = app.accounts.erase("secret");
  await vi.waitFor(() => expect(held.has("v1/me")).toBe(true));
  await app.learner.signOut();
  await app.learner.signIn(session(2), null);
  await finish(app, "2", "l1");
  held.get("v1/me")?.answer({});
  await erasing;
  expect(app.learner.account.value).toBe("2");
  expect((await app.outbox.items("2")).map(({ lesson }) => lesson?.level_id)).toEqual(["l1"]);
  expect(await app.learner.token()).toBe("token-2");
  expect(await app.outbox.items("1")).toEqual([]);
});

test("who signs out or erases the account is not asked to sign in again meanwhile", async () => {
  const app = await openApp();
  const asked: boolean[] = [];
  app.learner.needsSignIn.subscribe((needs) => asked.push(needs));
  await app.learner.signIn(session(1), null);
  await app.learner.signOut();
  await app.learner.signIn(session(1), null);
  const erasing = app.accounts.erase("secret");
  await vi.waitFor(() => expect(held.has("v1/me")).toBe(true));
  held.get("v1/me")?.answer({});
  await erasing;
  expect(asked).not.toContain(true);
});

test("a password changed while the next child signs in leaves that child its own token", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  await finish(app, "1", "l1");
  const changing = app.accounts.changePassword("old", "new");
  await vi.waitFor(() => expect(held.has("auth/password")).toBe(true));
  await app.learner.signOut();
  await app.learner.signIn(session(2), null);
  held.get("auth/password")?.answer({ data: { access_token: "token-1b" } });
  await changing;
  expect(await app.learner.token()).toBe("token-2");
  const [lesson, signOut] = await app.outbox.items("1");
  expect([lesson?.kind, signOut?.kind]).toEqual(["submission", "sign_out"]);
  expect(lesson && (await app.outbox.tokenFor(lesson))).toBe("token-1b");
  expect(signOut?.token).toBe("token-1b");
});

test("nobody downloads for one account with the token of another", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  await writeValue(app.device, "account", "2"); // in another window
  const busy = (await openOutboxDatabase()).transaction("tokens", "readwrite"); // what else asks for a token waits
  const downloader = app.learner.downloader();
  void app.learner.takeIn();
  while (app.learner.account.value !== "2") await busy.store.get("1");
  await busy.done;
  expect(await downloader).toEqual({ account: "1", token: "token-1" });
});

test("signing in and out works on a page that came over http", async () => {
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  await app.learner.signOut();
  expect([app.learner.account.value, await app.outbox.needsSignIn("1")]).toEqual(["guest", false]);
});

test("the app works in a browser whose windows cannot talk to each other", async () => {
  vi.stubGlobal("BroadcastChannel", undefined);
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  expect(app.learner.account.value).toBe("1");
});

test("a window that takes an answer in tells the others, which show it to its own learner only", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  await finish(app, "1", "l1");
  const [item] = await app.outbox.items("1");
  const level = { level_id: "l1", status: "COMPLETED", correct_answers: 1, total_questions: 1, next_level_id: null };
  const answer = { success: true, ...level, xp_earned: 18, total_xp: 18, streak: 1, longest_streak: 1 };
  const said: unknown[] = [];
  const channel = new BroadcastChannel("scout-os");
  channel.onmessage = ({ data }) => said.push(data);
  if (item !== undefined) await app.outbox.answered(item, answer);
  const told = { account: "1", key: "key-1-l1", answer } as never;
  await vi.waitFor(() => expect(said).toContainEqual(told));
  channel.close();

  const other = await openApp();
  await other.learner.hear(told);
  expect(other.learner.answers.value.get("key-1-l1")?.xp_earned).toBe(18);
  await other.learner.signOut();
  await other.learner.hear(told);
  expect(other.learner.answers.value.size).toBe(0);
});

test("signing out on a full disk says so, and is done when there is room again", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  const full = vi.spyOn(IDBObjectStore.prototype, "delete").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await expect(app.learner.signOut()).rejects.toThrow(StorageFull);
  expect([app.learner.account.value, await app.learner.token()]).toEqual(["1", "token-1"]);
  full.mockRestore();
  await app.learner.signOut();
  expect([app.learner.account.value, (await app.outbox.items("1")).length]).toEqual(["guest", 1]);
});

test("an answer that cannot be read is set aside and told, and the others are taken in", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  for (const level of ["l1", "l2", "l3"]) await finish(app, "1", level);
  const [one, two, three] = await app.outbox.items("1");
  const level = { level_id: "l3", status: "COMPLETED", correct_answers: 1, total_questions: 1, next_level_id: null };
  const answers = [null, { success: true, level_id: 7 }, { ...level, success: true, xp_earned: 18, total_xp: 18 }];
  Object.assign(answers[2] ?? {}, { streak: 1, longest_streak: 1 });
  for (const [place, item] of [one, two, three].entries()) if (item) await app.outbox.answered(item, answers[place]);
  await app.learner.takeIn();
  expect([...app.learner.answers.value.keys()]).toEqual(["key-1-l3"]);
  expect(app.learner.progress.value.get("l3")?.status).toBe("COMPLETED");
  expect(app.learner.items.value.map(({ state, refusal }) => [state, refusal?.code])).toEqual([
    ["shelved", "answer_unreadable"],
    ["shelved", "answer_unreadable"],
  ]);
});

test("who signs in while another is signed in gets nothing of theirs, and what waits goes out as theirs", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  await finish(app, "1", "l1");
  await app.learner.signIn(session(2), null);
  expect([app.learner.account.value, await app.learner.token(), app.learner.items.value]).toEqual(["2", "token-2", []]);
  const [lesson, signOut] = await app.outbox.items("1");
  expect(lesson && (await app.outbox.tokenFor(lesson))).toBe("token-1");
  expect([lesson?.state, signOut?.kind, signOut?.token]).toEqual(["waiting", "sign_out", "token-1"]);
  expect(await (await openOutboxDatabase()).get("tokens", "1")).toBeUndefined();
  expect((await indexedDB.databases()).map(({ name }) => name)).not.toContain("scout-os-account-1");
});

test("who signs in again, such as with a new token, is not signed out", async () => {
  const app = await openApp();
  await app.learner.signIn(session(1), null);
  await finish(app, "1", "l1");
  await app.learner.signIn({ access_token: "token-1b", user: { id: 1 } }, null);
  expect((await app.outbox.items("1")).map(({ kind }) => kind)).toEqual(["submission"]);
  expect(await app.learner.token()).toBe("token-1b");
});

test("who leaves takes their row on the last board and all pictures along", async () => {
  const removed = vi.fn(async () => true);
  vi.stubGlobal("caches", { delete: removed });
  const app = await openApp();
  const row = { id: 1, rank: 1, name: "Budi", avatar: null, xp: 10, level: "Tunas Baru" };
  const me = { rank: 1, xp: 10, neighbours: [row] };
  const ways: (() => Promise<void>)[] = [
    () => app.learner.signOut(),
    () => app.learner.signIn(session(2), null),
    () => app.learner.forget("1"),
  ];
  for (const leave of ways) {
    await app.learner.signIn(session(1), null);
    await writeValue(app.device, "board", { account: "1", held_at: 0, rows: [row], me, is_stale: false });
    removed.mockClear();
    await leave();
    expect(await readValue(app.device, "board")).toBeNull();
    expect(removed).toHaveBeenCalledWith("scout-os-avatars");
  }
});

test("a guest's campfire burns for the days on which was really learnt, also in a window left open over midnight", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setInterval"], now: 1_800_000_000_000 });
  vi.stubGlobal("addEventListener", () => {});
  vi.stubGlobal("document", { addEventListener: () => {} });
  const app = await openApp();
  await finish(app, "guest", "l1");
  await app.learner.takeIn();
  app.start();
  const shown = [app.learner.streak.value];
  for (let day = 1; day <= 4; day++) {
    vi.advanceTimersByTime(24 * 60 * 60 * 1000);
    shown.push(app.learner.streak.value);
  }
  vi.useRealTimers();
  expect(shown).toEqual([1, 1, 0, 0, 0]);
});
