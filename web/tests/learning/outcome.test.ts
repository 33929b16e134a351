import { expect, test } from "vitest";
import { journey, outcome } from "../../src/learning/outcome";

const level = { min_correct: 3, total_questions: 5, xp_reward: 18 };
const sent = {
  ...{ isGuest: false, hasAnswer: false, isRefused: false },
  ...{ isLocked: false, needsSignIn: false, isReachable: true },
};

test("before the service answers, a first pass names what it will pay", () => {
  const known = { level, correct: 4, answer: null, wasPassed: false };
  expect(outcome(known)).toEqual({ stars: 2, isPassed: true, pay: { kind: "will_pay", xp: 18 } });
  expect(outcome({ ...known, correct: 2 }).pay).toEqual({ kind: "could_pay", xp: 18 });
});

test("XP is the service's word", () => {
  const known = { level, correct: 5, answer: { xp_earned: 20 }, wasPassed: false };
  expect(outcome(known).pay).toEqual({ kind: "paid", xp: 20 });
  expect(outcome({ ...known, answer: { xp_earned: 0 } }).pay).toEqual({ kind: "already" });
});

test("a level that was passed before promises nothing", () => {
  for (const correct of [2, 5]) {
    expect(outcome({ level, correct, answer: null, wasPassed: true }).pay).toEqual({ kind: "already" });
  }
});

test("where only the service grades, nothing is said before it has", () => {
  const known = { level, correct: null, answer: null, wasPassed: false };
  expect(outcome(known)).toEqual({ stars: null, isPassed: null, pay: null });
});

test("where the result is on its way", () => {
  expect(journey(sent)).toBe("sending");
  expect(journey({ ...sent, isReachable: false })).toBe("waits");
  expect(journey({ ...sent, isLocked: true })).toBe("locked");
  expect(journey({ ...sent, needsSignIn: true, isLocked: true })).toBe("needs_sign_in");
  expect(journey({ ...sent, isGuest: true, isReachable: false })).toBe("guest");
  expect(journey({ ...sent, isRefused: true, isReachable: false })).toBe("refused");
  expect(journey({ ...sent, hasAnswer: true, needsSignIn: true })).toBe("counted");
});
