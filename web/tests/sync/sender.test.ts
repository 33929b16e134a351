import "fake-indexeddb/auto";
import { expect, test, vi } from "vitest";
import { Sender } from "../../src/sync/sender";
import { Service } from "../../src/sync/service";
import { finish, openDevice } from "./device";

const WAIT = { timeout: 20_000 };
const keys = (received: { key: string }[]) => received.map(({ key }) => key);

test("what waits when its learner signs out is sent first, and then the token is ended", async () => {
  const { network, outbox, sender } = await openDevice();
  const token = network.signIn("1");
  await outbox.signIn("1", token, null);
  await finish(outbox, "1", "l1", "k1");
  await outbox.signOut("1", "out");
  expect(await sender.sendAll()).toEqual({ state: "done" });
  expect(keys(network.received)).toEqual(["k1"]);
  expect(network.isGood(token)).toBe(false);
  expect(await outbox.items("1")).toMatchObject([{ state: "answered", answer: { xp_earned: 10 } }]);
});

test("a locked lesson waits for its prerequisite, and is in nobody's way", async () => {
  const { network, outbox, sender } = await openDevice();
  await outbox.signIn("1", network.signIn("1"), null);
  await finish(outbox, "1", "l3", "k3");
  await finish(outbox, "1", "l1", "k1");
  expect(await sender.sendAll()).toEqual({ state: "locked" });
  expect(await outbox.items("1")).toMatchObject([{ state: "waiting", is_locked: true }, { state: "answered" }]);
  await finish(outbox, "1", "l2", "k2");
  expect(await sender.sendAll()).toEqual({ state: "done" });
  expect((await outbox.items("1")).map((item) => item.state)).toEqual(["answered", "answered", "answered"]);
});

test("a refused lesson is shelved with the reason, and the rest goes on", async () => {
  const { network, outbox, sender } = await openDevice();
  await outbox.signIn("1", network.signIn("1"), null);
  network.retired.add("l2");
  await finish(outbox, "1", "l2", "k2");
  await finish(outbox, "1", "l1", "k1");
  expect(await sender.sendAll()).toEqual({ state: "done" });
  const [shelved, answered] = await outbox.items("1");
  expect(shelved).toMatchObject({ state: "shelved", refusal: { status: 404, code: "unknown_level" } });
  expect(answered?.state).toBe("answered");
});

test("an ended token keeps the lessons for their owner, whoever signs in meanwhile", async () => {
  const { network, outbox, sender } = await openDevice();
  await outbox.signIn("1", network.signIn("1"), null);
  await finish(outbox, "1", "l1", "k1");
  network.endTokens("1");
  expect(await sender.sendAll()).toEqual({ state: "done" });
  expect(await outbox.needsSignIn("1")).toBe(true);
  await outbox.signIn("2", network.signIn("2"), "guest");
  await sender.sendAll();
  expect(network.received).toEqual([]);
  await outbox.signIn("1", network.signIn("1"), null);
  await sender.sendAll();
  expect(network.received).toMatchObject([{ account: "1", key: "k1" }]);
});

test("a lost answer is asked for again under the same key, and pays once", async () => {
  const { network, outbox, sender } = await openDevice();
  await outbox.signIn("1", network.signIn("1"), null);
  await finish(outbox, "1", "l1", "k1");
  network.cut = "after";
  expect(await sender.sendAll()).toEqual({ state: "again", retryAfter: null });
  network.cut = "none";
  await sender.sendAll();
  expect(keys(network.received)).toEqual(["k1"]);
  expect(network.paid).toEqual(new Map([["1 l1", 1]]));
});

test("an answer of a guest network counts for nothing", async () => {
  const { network, outbox } = await openDevice();
  await outbox.signIn("1", network.signIn("1"), null);
  await finish(outbox, "1", "l1", "k1");
  for (const foreign of [new Response("<h1>Log in</h1>"), Response.json({ welcome: true })]) {
    const service = new Service(
      "",
      () => {},
      async () => foreign,
    );
    expect(await new Sender(outbox, service, (send) => send()).sendAll()).toMatchObject({ state: "again" });
  }
  expect(await outbox.items("1")).toMatchObject([{ state: "waiting" }]);
});

test("the sender tries again by itself, and at once when it is hurried", async () => {
  const { network, outbox, sender } = await openDevice();
  await outbox.signIn("1", network.signIn("1"), null);
  await finish(outbox, "1", "l1", "k1");
  network.cut = "before";
  const closed = new AbortController();
  const running = sender.run(closed.signal);
  await vi.waitFor(() => expect(network.tries).toBe(1), WAIT);
  network.cut = "none";
  await vi.waitFor(() => expect(keys(network.received)).toEqual(["k1"]), WAIT);
  await finish(outbox, "1", "l2", "k2");
  sender.hurry();
  await vi.waitFor(() => expect(keys(network.received)).toEqual(["k1", "k2"]), WAIT);
  closed.abort();
  await running;
});
