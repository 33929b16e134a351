import { afterEach, expect, test } from "vitest";
import api from "../../../docs/api.md?raw";
import { language } from "../../src/preferences";
import { Refused, Unreachable } from "../../src/sync/errors";
import { followLanguage, hasText, text } from "../../src/texts";
import { wordsFor } from "../../src/texts/errors";
import { TABLE } from "../../src/texts/refusals";

/** Only admins and clients before this app meet these. */
const NOT_OURS = new Set([
  "admins_password",
  "correction_id_reused",
  "date_in_future",
  "own_account",
  "review_closed",
  "streak_not_borne",
  "unknown_review",
  "xp_out_of_range",
]);

afterEach(() => {
  language.value = "id";
});

function documentedCodes(): string[] {
  const errors = api.split("\n## Errors")[1] ?? "";
  return [...errors.matchAll(/^\| [\d, ]+ \| ([^|]+) \|/gm)].flatMap(([, codes = ""]) =>
    [...codes.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code),
  );
}

test("every code of the documentation that the app can meet has words", () => {
  const codes = documentedCodes();
  expect(codes.length).toBeGreaterThan(40);
  const silent = codes.filter((code) => !NOT_OURS.has(code) && !hasText(`refused.${code}`));
  expect(silent).toEqual([]);
  expect([...NOT_OURS].filter((code) => !codes.includes(code))).toEqual([]);
});

test("no words are for a code that the service does not have", () => {
  const codes = documentedCodes();
  const ours = Object.keys(TABLE).flatMap((key) => (/^refused\.(\w+)$/.exec(key) ?? []).slice(1));
  expect(ours.filter((code) => !codes.includes(code))).toEqual([]);
});

test("a wait is told as people tell it", async () => {
  const busy = (seconds: number | null) => wordsFor(new Unreachable("x", seconds, "too_many_requests"));
  expect(busy(20)).toContain("20 detik");
  expect(busy(600)).toContain("10 menit");
  expect(busy(null)).toContain("sebentar");
  language.value = "en";
  await followLanguage();
  expect(busy(20)).toContain("20 seconds");
});

test("no network, a code that is new, and a fault of the app are told without codes", () => {
  expect(wordsFor(new Unreachable("TypeError: failed"))).toBe(text("problem.unreachable"));
  expect(wordsFor(new Refused(418, "teapot", "I am"))).toBe(text("refused.internal_error"));
  expect(wordsFor(new Error("x is undefined"))).toBe(text("refused.internal_error"));
});
