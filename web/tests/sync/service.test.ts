import { expect, test, vi } from "vitest";
import { NotLookedAt, Refused, Unreachable } from "../../src/sync/errors";
import { Service } from "../../src/sync/service";

const answering = (answer: Response, onTimeSeal = (_: string) => {}) =>
  new Service("https://scout.test/api/v1", onTimeSeal, async () => answer);

test("a request has the token, the key and the body as they were frozen", async () => {
  let sent: [string, RequestInit | undefined] | undefined;
  const service = new Service(
    "/api/v1",
    () => {},
    async (url, init) => {
      sent = [String(url), init];
      return Response.json({ success: true });
    },
  );
  await service.call({ method: "POST", path: "/training/progress/submit", body: "{}", token: "t", key: "k" });
  expect(sent?.[0]).toBe("/api/v1/training/progress/submit");
  expect(sent?.[1]).toMatchObject({
    method: "POST",
    body: "{}",
    headers: { "Content-Type": "application/json", Authorization: "Bearer t", "Idempotency-Key": "k" },
  });
});

test("each answer's time seal is told, a refusal's too", async () => {
  const seals: string[] = [];
  const refusal = Response.json(
    { code: "level_locked", detail: "Locked." },
    { status: 409, headers: { "Time-Seal": "17.x" } },
  );
  const refused = answering(refusal, (seal) => seals.push(seal)).call({ method: "GET", path: "/" });
  await expect(refused).rejects.toEqual(new Refused(409, "level_locked", "Locked."));
  expect(seals).toEqual(["17.x"]);
});

test.each([
  ["a full service", Response.json({ code: "overloaded" }, { status: 503, headers: { "Retry-After": "7" } }), 7],
  ["too many requests", Response.json({ code: "too_many_requests" }, { status: 429 }), null],
  ["a proxy's page", new Response("<html>", { status: 502 }), null],
  ["a refusal that is not the service's", new Response("no", { status: 403 }), null],
  ["a guest network's page", new Response("<html>Welcome"), null],
])("%s means later", async (_, answer, retryAfter) => {
  const failed = await answering(answer)
    .call({ method: "GET", path: "/" })
    .catch((error) => error);
  expect(failed).toBeInstanceOf(Unreachable);
  expect(failed.retryAfter).toBe(retryAfter);
});

test.each([
  ["asked before the network went", [true, false], []],
  ["asked without a network, as of a service in the same house", [false, false], [true]],
  ["asked with a network", [true, true], [true]],
])("an answer to what was %s", async (_, [before, after], told) => {
  const browser = { onLine: before };
  vi.stubGlobal("navigator", browser);
  const reached: boolean[] = [];
  const fetch = async () => {
    browser.onLine = after;
    return Response.json({});
  };
  await new Service("/api/v1", undefined, fetch, (isReached) => reached.push(isReached)).call({
    method: "GET",
    path: "/",
  });
  vi.unstubAllGlobals();
  expect(reached).toEqual(told);
});

test("a refusal names the fields at fault", async () => {
  const errors = [{ field: "username", message: "no" }];
  const refusal = Response.json({ code: "invalid", detail: "no", errors }, { status: 422 });
  const refused = answering(refusal).call({ method: "POST", path: "/auth/register", body: "{}" });
  await expect(refused).rejects.toMatchObject({ code: "invalid", fields: ["username"] });
});

test("what has not changed is not sent again", async () => {
  const known = answering(new Response(null, { status: 304 }));
  expect(await known.getIfChanged("/training/sections", '"a"')).toBeNull();
  const other = answering(Response.json({ sections: [] }, { headers: { ETag: '"b"' } }));
  expect(await other.getIfChanged("/training/sections", '"a"')).toEqual({ content: { sections: [] }, etag: '"b"' });
});

test("a request that its own screen gave up says nothing about the network", async () => {
  const told: boolean[] = [];
  const hanging: typeof fetch = (_, init) =>
    new Promise((_resolve, reject) => init?.signal?.addEventListener("abort", () => reject(new DOMException("ended"))));
  const service = new Service("", undefined, hanging, (isReached) => told.push(isReached));
  const looking = new AbortController();
  const opening = service.openStream({ path: "/leaderboard/stream", token: null, lastEventId: null }, looking.signal);
  looking.abort();
  await expect(opening).rejects.toBeInstanceOf(NotLookedAt);
  expect(told).toEqual([]);
});
