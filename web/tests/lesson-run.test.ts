import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { App } from "../src/app";
import { LessonRun, LevelMissing, NothingToShow } from "../src/lesson-run";
import { openDeviceDatabase } from "../src/store/device-database";
import { GUEST } from "../src/store/outbox-database";
import { StorageFull } from "../src/store/transact";
import { putLevel } from "./level";

const isTrue = (order: number, type = "true_false") => ({
  ...{ id: `q${order}`, level_id: "l", question: "?", xp: 5, order, type },
  payload: { correct_answer: true },
});

afterEach(() => void vi.unstubAllGlobals());
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  await putLevel([isTrue(1), isTrue(2)]);
});

const openApp = () => App.open(new URL("http://localhost/"));

test("the verdict is there before anything is kept, and a second tap changes nothing", async () => {
  const run = await LessonRun.open(await openApp(), "l");
  run.answer(false);
  expect(run.step.value?.verdict).toBe("wrong");
  run.answer(true);
  expect(run.lesson.value.answers).toEqual({ q1: false });
  run.next();
  run.next();
  expect([run.step.value?.question.id, run.step.value?.verdict]).toEqual(["q2", null]);
});

test("a double tap on the last answer does not answer the same question in the second round", async () => {
  const run = await LessonRun.open(await openApp(), "l");
  run.answer(true);
  run.next();
  run.answer(false);
  run.answer(false);
  run.next();
  const { question, round, place, all, verdict } = run.step.value ?? {};
  expect([question?.id, round, place, all, verdict]).toEqual(["q2", "second", 1, 1, null]);
});

test("a reload goes on where the lesson was, in the same order of options", async () => {
  const before = await LessonRun.open(await openApp(), "l");
  before.answer(true);
  await before.keep();
  const after = await LessonRun.open(await openApp(), "l");
  expect([after.step.value?.question.id, after.step.value?.place]).toEqual(["q2", 2]);
  expect(after.lesson.value.seed).toBe(before.lesson.value.seed);
});

test("finishing twice is once, and what was answered stays for the result", async () => {
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  for (const answer of [true, true]) {
    run.answer(answer);
    run.next();
  }
  expect(run.step.value).toBeNull();
  const [key, again] = await Promise.all([run.finish(), run.finish()]);
  expect(again).toBe(key);
  expect(app.learner.items.value.map(({ request }) => request.key)).toEqual([key]);
  expect(app.played.get(String(key))?.answers).toEqual({ q1: true, q2: true });
  expect(await app.outbox.openLesson("guest", "l")).toBeNull();
});

test("another window that finished first wins", async () => {
  const app = await openApp();
  const [one, other] = [await LessonRun.open(app, "l"), await LessonRun.open(app, "l")];
  expect(await one.finish()).not.toBeNull();
  expect(await other.finish()).toBeNull();
});

test("a full disk is told while the verdict stays, and trying again keeps the answer", async () => {
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  run.answer(true);
  await run.keep();
  expect([run.step.value?.verdict, run.unkept.value]).toEqual(["right", expect.any(StorageFull)]);
  IDBObjectStore.prototype.put = put;
  await run.keep();
  expect(run.unkept.value).toBeNull();
  expect((await app.outbox.openLesson("guest", "l"))?.answers).toEqual({ q1: true });
});

test("a level that is not there, or of which nothing can be shown, does not begin", async () => {
  await expect(LessonRun.open(await openApp(), "other")).rejects.toThrow(LevelMissing);
  await putLevel([isTrue(1, "hologram")]);
  const app = await openApp();
  await expect(LessonRun.open(app, "l")).rejects.toThrow(NothingToShow);
  expect(await app.outbox.openLesson("guest", "l")).toBeNull();
});

test("a lesson is played and finished on a page that came over http", async () => {
  const { crypto } = globalThis;
  vi.stubGlobal("crypto", { getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes) });
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  const key = await run.finish();
  expect(app.learner.items.value.map(({ request }) => request.key)).toEqual([key]);
});

test("a lesson finished in one window is not brought back by an answer in another", async () => {
  const app = await openApp();
  const [one, other] = [await LessonRun.open(app, "l"), await LessonRun.open(app, "l")];
  await one.finish();
  other.answer(true);
  await other.keep();
  expect(await app.outbox.openLesson("guest", "l")).toBeNull();
  expect(await other.finish()).toBeNull();
  expect(app.learner.items.value).toHaveLength(1);
});

test("an old window neither changes nor finishes the same level's next lesson", async () => {
  const app = await openApp();
  const [one, old] = [await LessonRun.open(app, "l"), await LessonRun.open(app, "l")];
  await one.finish();
  const next = await LessonRun.open(app, "l");
  old.answer(false);
  expect(await old.finish()).toBeNull();
  expect((await app.outbox.openLesson("guest", "l"))?.seed).toBe(next.lesson.value.seed);
});

test("a guest's lesson goes on for the account that took it along in another window", async () => {
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  await app.learner.signIn({ access_token: "token", user: { id: 1 } }, "guest");
  run.answer(true);
  await run.keep();
  expect((await app.outbox.openLesson("1", "l"))?.answers).toEqual({ q1: true });
  expect(await run.finish()).not.toBeNull();
  expect(await app.outbox.guests()).toEqual([]);
  expect(app.learner.items.value.map(({ account }) => account)).toEqual(["1"]);
});

test("a lesson that stays a guest's is no lesson of who signs in meanwhile", async () => {
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  await app.learner.signIn({ access_token: "token", user: { id: 1 } }, null);
  run.answer(true);
  await run.finish();
  expect((await app.outbox.items("guest")).map(({ lesson }) => lesson?.level_id)).toEqual(["l"]);
  expect(await app.outbox.items("1")).toEqual([]);
});

test("two windows that begin a level at once play the same lesson", async () => {
  const app = await openApp();
  const [one, other] = await Promise.all([LessonRun.open(app, "l"), LessonRun.open(app, "l")]);
  expect(other.lesson.value.seed).toBe(one.lesson.value.seed);
});

test("an attempt that could not be taken off the device when its lesson began serves no other lesson", async () => {
  const device = await openDeviceDatabase();
  const own = { account: "1", level_id: "l", attempt_id: "a", expires_at: Date.now() + 1e6, downloaded_at: 0 };
  await device.put("levels", { ...own, questions: [isTrue(1), isTrue(2)] });
  const app = await openApp();
  await app.learner.signIn({ access_token: "token", user: { id: 1 } }, null);
  const remove = IDBObjectStore.prototype.delete;
  IDBObjectStore.prototype.delete = () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await LessonRun.open(app, "l").catch(() => {});
  IDBObjectStore.prototype.delete = remove;
  expect((await LessonRun.open(app, "l")).lesson.value.attempt_id).toBe("a");
  expect((await app.content.downloads.findLevel("l", "1"))?.attempt_id).toBeNull();
});

test("a lesson stops when another learner comes in another window, and stays with whom it began with", async () => {
  const app = await openApp();
  const session = (id: number) => ({ access_token: `token-${id}`, user: { id } });
  await app.learner.signIn(session(1), null);
  const run = await LessonRun.open(app, "l");
  run.answer(true);
  await app.learner.signOut();
  await app.learner.signIn(session(2), null);
  await run.look();
  expect(run.isOthers.value).toBe(true);
  expect((await app.outbox.openLesson("1", "l"))?.answers).toEqual({ q1: true });
  expect(await app.outbox.openLesson("2", "l")).toBeNull();
  await app.learner.signIn(session(1), null);
  await run.look();
  expect(run.isOthers.value).toBe(false);
  await run.finish();
  expect((await app.outbox.items("1")).filter(({ kind }) => kind === "submission")).toHaveLength(1);
  expect(await app.outbox.items("2")).toMatchObject([{ kind: "sign_out" }]);
});

test("a guest's lesson that the learner took along goes on", async () => {
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  await app.learner.signIn({ access_token: "token", user: { id: 1 } }, GUEST);
  await run.look();
  expect(run.isOthers.value).toBe(false);
  await app.learner.signOut();
  await run.look();
  expect(run.isOthers.value).toBe(true);
});

test("a guest's lesson stops when the guest has handed the device on in another window", async () => {
  const app = await openApp();
  const run = await LessonRun.open(app, "l");
  await app.learner.partWithGuest();
  run.answer(true);
  await run.keep();
  expect(run.isOthers.value).toBe(true);
  const [earlier] = await app.outbox.guests();
  expect(earlier?.account).not.toBe("guest");
  expect((await app.outbox.openLesson(earlier?.account ?? "", "l"))?.answers).toEqual({ q1: true });
});
