/** Words for what failed. */

import { UnreadablePicture } from "../account/picture";
import { SignInNeeded } from "../learner";
import { StorageHeld } from "../store/account-database";
import { StorageFull } from "../store/transact";
import { Refused, Unreachable } from "../sync/errors";
import { hasText, text } from ".";

/** What went wrong, as the learner reads it. */
export function wordsFor(error: unknown): string {
  if (error instanceof StorageFull) return text("problem.storage_full");
  if (error instanceof StorageHeld) return text("problem.storage_held");
  if (error instanceof SignInNeeded) return text("refused.unauthenticated");
  if (error instanceof UnreadablePicture) return text("refused.picture_invalid");
  if (error instanceof Refused) return wordsForCode(error.code);
  if (error instanceof Unreachable) {
    if (error.code === null) return text("problem.unreachable");
    return wordsForCode(error.code, { wait: waitWords(error.retryAfter) });
  }
  return text("refused.internal_error");
}

/** What a code of the service means; one that is new to this version is told plainly. */
export function wordsForCode(code: string, values: Record<string, string> = {}): string {
  const key = `refused.${code}`;
  return text(hasText(key) ? key : "refused.internal_error", { example: "budi12", ...values });
}

/** Seconds as people say them. */
export function waitWords(seconds: number | null): string {
  if (seconds === null || seconds < 1) return text("wait.moment");
  if (seconds < 90) return text("wait.seconds", { n: Math.ceil(seconds) });
  return text("wait.minutes", { n: Math.ceil(seconds / 60) });
}
