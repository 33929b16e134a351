import "fake-indexeddb/auto";
import { afterEach, expect, test, vi } from "vitest";
import { answerQuestion, beginLesson } from "../../src/learning/lesson";
import { GUEST } from "../../src/store/outbox-database";
import { StorageFull } from "../../src/store/transact";
import { doneLesson, finish, frozen, openDevice } from "./device";

afterEach(() => vi.restoreAllMocks());

test("a lesson under way is kept until it is finished, which happens once", async () => {
  const { outbox } = await openDevice();
  expect(await finish(outbox, "1", "l1", "k1")).toBe(true);
  expect(await outbox.openLesson("1", "l1")).toBeNull();
  const { request, finished } = frozen("l1", "k2");
  expect(await outbox.finish("1", request, finished)).toBe(false);
  expect((await outbox.items("1")).map((item) => item.request.key)).toEqual(["k1"]);
});

test("a full disk is said, and the lesson is still under way", async () => {
  const { outbox } = await openDevice();
  await outbox.begin("1", doneLesson("l1"));
  const { request, finished } = frozen("l1", "k1");
  const full = vi.spyOn(IDBObjectStore.prototype, "add").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  await expect(outbox.finish("1", request, finished)).rejects.toThrow(StorageFull);
  full.mockRestore();
  expect(await outbox.openLesson("1", "l1")).not.toBeNull();
  expect(await outbox.finish("1", request, finished)).toBe(true);
});

test("a guest's lessons go to who claims them, and the next learner gets none", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, GUEST, "l1", "k1");
  await outbox.begin(GUEST, doneLesson("l2"));
  await outbox.signIn("1", "token-1", GUEST);
  await outbox.signOut("1", "out");
  await outbox.signIn("2", "token-2", GUEST);
  expect((await outbox.items("1")).map((item) => item.request.key)).toEqual(["k1", "out"]);
  expect(await outbox.openLesson("1", "l2")).not.toBeNull();
  expect(await outbox.items("2")).toEqual([]);
  expect(await outbox.openLesson("2", "l2")).toBeNull();
});

test("a claimed lesson under way does not replace the learner's own", async () => {
  const { outbox } = await openDevice();
  await outbox.begin("1", { ...doneLesson("l1"), answers: { own: true } });
  await outbox.begin(GUEST, doneLesson("l1"));
  await outbox.signIn("1", "token-1", GUEST);
  expect((await outbox.openLesson("1", "l1"))?.answers).toEqual({ own: true });
  expect(await outbox.openLesson(GUEST, "l1")).toBeNull();
});

test("guests who hand the device on are told apart, and each account takes what it claims", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, GUEST, "l1", "k1");
  await outbox.begin(GUEST, doneLesson("l2"));
  expect(await outbox.waitsForOwner(GUEST)).toBe(false);
  await outbox.partWithGuest("a");
  expect(await outbox.waitsForOwner(GUEST)).toBe(true);
  expect([await outbox.items(GUEST), await outbox.openLesson(GUEST, "l2")]).toEqual([[], null]);
  await finish(outbox, GUEST, "l1", "k2");
  await outbox.signIn("1", "token-1", null);
  expect([await outbox.items("1"), await outbox.accounts()]).toEqual([[], []]);
  const guests = await outbox.guests();
  expect(guests.map(({ account, finished }) => [account, finished.length])).toEqual([
    ["guest a", 1],
    [GUEST, 1],
  ]);
  await outbox.signIn("1", "token-1", "guest a");
  expect((await outbox.items("1")).map((item) => item.request.key)).toEqual(["k1"]);
  expect(await outbox.openLesson("1", "l2")).not.toBeNull();
  await outbox.erase(GUEST);
  expect(await outbox.guests()).toEqual([]);
});

test("after signing out, nothing new has a token", async () => {
  const { outbox } = await openDevice();
  await outbox.signIn("1", "token-1", null);
  await outbox.signOut("1", "out");
  await finish(outbox, "1", "l1", "k1");
  const [, submission] = await outbox.items("1");
  expect(submission && (await outbox.tokenFor(submission))).toBeNull();
});

test("an answer stays when another window is refused afterwards", async () => {
  const { outbox } = await openDevice();
  await finish(outbox, "1", "l1", "k1");
  const [item] = await outbox.items("1");
  if (item === undefined) throw new Error("no item");
  await outbox.answered(item, { success: true });
  await outbox.shelved(item, { status: 409, code: "attempt_used", detail: "" });
  expect(await outbox.items("1")).toMatchObject([{ state: "answered", refusal: null }]);
});

test("an erased account leaves nothing on the device, and takes nothing of others", async () => {
  const { outbox } = await openDevice();
  await outbox.signIn("1", "token-1", null);
  await finish(outbox, "1", "l1", "k1");
  await outbox.begin("1", doneLesson("l2"));
  await finish(outbox, "2", "l1", "k2");
  await outbox.erase("1");
  expect(await outbox.items("1")).toEqual([]);
  expect(await outbox.openLesson("1", "l2")).toBeNull();
  expect(await outbox.items("2")).toHaveLength(1);
});

test("it is known whether a guest left something, finished or under way", async () => {
  const { outbox } = await openDevice();
  expect(await outbox.guests()).toEqual([]);
  await outbox.begin(GUEST, doneLesson("l1"));
  expect(await outbox.guests()).toEqual([{ account: GUEST, finished: [] }]);
});

test("a window that is behind takes nothing from the answers of another one", async () => {
  const { outbox } = await openDevice();
  const questions = ["q1", "q2"].map((id, place) => {
    const question = { id, level_id: "l1", question: "?", xp: 1, order: place + 1 };
    return { ...question, type: "true_false", payload: { correct_answer: true } };
  });
  const begun = await outbox.begin("1", beginLesson("l1", questions));
  const one = answerQuestion(begun, true).lesson;
  const two = answerQuestion(one, false).lesson; // now the second question comes again
  const three = answerQuestion(two, true).lesson;
  const behind = answerQuestion(begun, false).lesson;
  for (const lesson of [one, two, three]) {
    expect(await outbox.keepAnswers("1", lesson)).toBe("1");
    expect(await outbox.keepAnswers("1", behind)).toBe("1");
    expect(await outbox.openLesson("1", "l1")).toEqual(lesson);
  }
});
