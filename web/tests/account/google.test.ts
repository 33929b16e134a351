import { beforeEach, expect, test } from "vitest";
import { acceptGoogleAnswer, ForeignAnswer, googleAddress, readGoogleAnswer } from "../../src/account/google";

class WindowStorage extends Map<string, string> {
  getItem = (key: string) => this.get(key) ?? null;
  setItem = (key: string, value: string) => void this.set(key, value);
  removeItem = (key: string) => void this.delete(key);
}

let storage: WindowStorage;

beforeEach(() => {
  storage = new WindowStorage();
});

const tokenWith = (payload: object) => `head.${btoa(JSON.stringify(payload)).replace(/=+$/, "")}.seal`;

function leave() {
  const address = new URL(googleAddress("client-1", "https://scout.test/app/", storage));
  const field = (name: string) => address.searchParams.get(name) ?? "";
  return { address, field };
}

test("the learner is sent to Google with all that an ID token needs", () => {
  const { address, field } = leave();
  expect(address.origin + address.pathname).toBe("https://accounts.google.com/o/oauth2/v2/auth");
  expect(field("client_id")).toBe("client-1");
  expect(field("redirect_uri")).toBe("https://scout.test/app/");
  expect(field("response_type")).toBe("id_token");
  expect(field("scope")).toContain("openid");
  expect(field("state")).not.toBe(field("nonce"));
});

test("the token that comes back is taken once", () => {
  const { field } = leave();
  const id_token = tokenWith({ nonce: field("nonce") });
  const answer = readGoogleAnswer(`#state=${field("state")}&id_token=${id_token}&authuser=0`);
  expect(answer).not.toBeNull();
  if (answer === null) return;
  expect(acceptGoogleAnswer(answer, storage)).toBe(id_token);
  expect(() => acceptGoogleAnswer(answer, storage)).toThrow(ForeignAnswer);
});

test.each([
  ["another window's answer", (nonce: string) => ({ state: "other", id_token: tokenWith({ nonce }) })],
  ["a token for another request", () => ({ state: null, id_token: tokenWith({ nonce: "other" }) })],
  ["a token that cannot be read", () => ({ state: null, id_token: "nonsense" })],
])("%s is refused", (_, make) => {
  const { field } = leave();
  const { state, id_token } = make(field("nonce"));
  expect(() => acceptGoogleAnswer({ state: state ?? field("state"), id_token }, storage)).toThrow(ForeignAnswer);
});

test("a learner who changed their mind comes back without a token", () => {
  const { field } = leave();
  const answer = readGoogleAnswer(`#error=access_denied&state=${field("state")}`);
  expect(answer && acceptGoogleAnswer(answer, storage)).toBeNull();
});

test.each(["", "#/path", "#/lesson/state=x", "#state=x"])("%j is no answer of Google's", (hash) => {
  expect(readGoogleAnswer(hash)).toBeNull();
});
