/** What a finished lesson brought, as far as the device knows it: pure values for the result. */

import { type Level, passes, stars } from "./levels";

/** The service's word (`counted`), or where the request is until then. */
export type Journey = "guest" | "sending" | "waits" | "locked" | "needs_sign_in" | "refused" | "counted";

export type Pay =
  /** The service paid it. */
  | { kind: "paid"; xp: number }
  /** Passed for the first time: so much when it arrives. */
  | { kind: "will_pay"; xp: number }
  /** Not passed yet. */
  | { kind: "could_pay"; xp: number }
  /** The level was passed before, and pays once. */
  | { kind: "already" };

export interface Known {
  level: Pick<Level, "min_correct" | "total_questions" | "xp_reward">;
  /** Right answers; null: only the service can tell. */
  correct: number | null;
  /** The service's answer. */
  answer: { xp_earned: number } | null;
  /** Whether the level had been passed before this lesson. */
  wasPassed: boolean;
}

export interface Outcome {
  stars: 0 | 1 | 2 | 3 | null;
  isPassed: boolean | null;
  /** Null: nothing can be said of XP yet. */
  pay: Pay | null;
}

export function outcome({ level, correct, answer, wasPassed }: Known): Outcome {
  const isPassed = correct === null ? null : passes(level, correct);
  return {
    stars: correct === null ? null : stars(level, correct),
    isPassed,
    pay: pay(level.xp_reward, isPassed, answer?.xp_earned ?? null, wasPassed),
  };
}

function pay(reward: number, isPassed: boolean | null, earned: number | null, wasPassed: boolean): Pay | null {
  if (earned !== null && earned > 0) return { kind: "paid", xp: earned };
  if (isPassed === false) return wasPassed ? { kind: "already" } : { kind: "could_pay", xp: reward };
  if (wasPassed || earned !== null) return { kind: "already" };
  return isPassed === null ? null : { kind: "will_pay", xp: reward };
}

export interface Sent {
  isGuest: boolean;
  hasAnswer: boolean;
  isRefused: boolean;
  isLocked: boolean;
  needsSignIn: boolean;
  isReachable: boolean;
}

export function journey({ isGuest, hasAnswer, isRefused, isLocked, needsSignIn, isReachable }: Sent): Journey {
  if (hasAnswer) return "counted";
  if (isRefused) return "refused";
  if (isGuest) return "guest";
  if (needsSignIn) return "needs_sign_in";
  if (isLocked) return "locked";
  return isReachable ? "sending" : "waits";
}
