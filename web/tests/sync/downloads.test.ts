import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test } from "vitest";
import { SHOWN_KINDS } from "../../src/learning/questions";
import { type DeviceDatabase, openDeviceDatabase, type Section } from "../../src/store/device-database";
import { Downloads, FRESH_MS } from "../../src/sync/downloads";
import { Unreachable } from "../../src/sync/errors";
import type { Call, Tagged } from "../../src/sync/service";

const SECTION: Section = {
  id: "s",
  title: "Simpul",
  title_en: "Knots",
  description: null,
  description_en: null,
  tier: "siaga",
  order: 1,
  is_active: true,
  created_at: "2026-01-01T00:00:00Z",
};
const LEVELS = ["u1l1", "u1l2", "u1l3", "u2l1", "u2l2", "u2l3"];
const BEGUN = 1_800_000_000_000;

/** The service's content, whose tag is its version. */
class Content {
  readonly asked: string[] = [];
  readonly bodies: Call["body"][] = [];
  readonly missing = new Set<string>();
  grading: "client" | "server" = "client";
  version = 1;

  async getIfChanged(path: string, etag: string | null): Promise<Tagged | null> {
    this.asked.push(`GET ${path}`);
    const [, , kind = "", id = ""] = path.split("/");
    if (this.missing.has(id)) throw new Unreachable("cut");
    const present = `v${this.version}`;
    if (etag === present) return null;
    if (kind === "sections" && id === "") {
      return { content: { sections: [{ ...SECTION, id: "t", order: 2 }, SECTION] }, etag: present };
    }
    const payload = this.grading === "client" ? { correct_answer: true } : {};
    const questions = (level: string) => [{ id: `${level}q${this.version}`, type: "true_false", payload }];
    const units = ["u1", "u2"].map((unit) => ({
      id: unit,
      levels: LEVELS.filter((level) => level.startsWith(unit)).map((level) => ({
        id: level,
        questions: this.grading === "client" ? questions(level) : null,
      })),
    }));
    return { content: { section: SECTION, grading: this.grading, units }, etag: present };
  }

  async call({ method, path, body, token }: Call): Promise<Record<string, unknown>> {
    this.asked.push(`${method} ${path}`);
    this.bodies.push(body);
    const [, , kind, id] = path.split("/");
    const expires_at = new Date(BEGUN + 14 * FRESH_MS).toISOString();
    const attempts = LEVELS.map((level_id) => ({
      level_id,
      attempt_id: `${token}-${level_id}-${this.asked.length}`,
      expires_at,
      questions: [{ id: `${level_id}q`, type: "true_false", payload: {} }],
    }));
    if (kind === "levels") return attempts.find(({ level_id }) => level_id === id) ?? {};
    return { section_id: "s", attempts };
  }

  async size(): Promise<number> {
    return 1000;
  }
}

let content: Content;
let database: DeviceDatabase;
let now: number;
let downloads: Downloads;

beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  content = new Content();
  database = await openDeviceDatabase();
  now = BEGUN;
  downloads = new Downloads(database, content, () => now);
});

test("sections come in order", async () => {
  expect((await downloads.listSections()).map(({ id }) => id)).toEqual(["s", "t"]);
});

test("the list of sections that is known is not sent again", async () => {
  const sections = await downloads.listSections();
  expect(await downloads.listSections()).toEqual(sections);
  expect(await content.getIfChanged("/training/sections", "v1")).toBeNull();
});

test("a section arrives whole in one request", async () => {
  await downloads.download("s", null);
  const section = await database.get("sections", "s");
  expect(section?.units.flatMap((unit) => unit.levels)).toEqual(LEVELS.map((id) => ({ id })));
  expect(await downloads.findLevel("u2l3", null)).toMatchObject({ attempt_id: null, questions: [{ id: "u2l3q1" }] });
  expect(content.asked).toEqual(["GET /training/sections/s/content"]);
});

test("a device that knows nothing asks once for the first section", async () => {
  await downloads.downloadFirst();
  expect(await downloads.findLevel("u1l1", null)).not.toBeNull();
  expect(content.asked).toEqual(["GET /training/first-section/content"]);
});

test("English comes to those who chose it, also after the section", async () => {
  let english = false;
  downloads = new Downloads(
    database,
    content,
    () => now,
    () => english,
  );
  await downloads.download("s", null);
  english = true;
  await downloads.download("s", null);
  english = false;
  await downloads.download("s", null);
  const path = "GET /training/sections/s/content";
  expect(content.asked).toEqual([`${path}?english=false`, path]);
});

test("a download that was cut leaves what was there", async () => {
  await downloads.download("s", null);
  now += FRESH_MS;
  content.version = 2;
  content.missing.add("s");
  await expect(downloads.download("s", null)).rejects.toThrow(Unreachable);
  expect(await downloads.findLevel("u1l1", null)).toMatchObject({ questions: [{ id: "u1l1q1" }] });
});

test("what is fresh is not asked for again, and what is old comes only if it has changed", async () => {
  await downloads.download("s", null);
  await downloads.download("s", null);
  expect(content.asked).toHaveLength(1);
  now += FRESH_MS;
  await downloads.download("s", null);
  await downloads.download("s", null);
  expect(content.asked).toHaveLength(2);
  now += FRESH_MS;
  content.version = 2;
  await downloads.download("s", null);
  expect(await downloads.findLevel("u1l1", null)).toMatchObject({ questions: [{ id: "u1l1q2" }] });
});

test("what was downloaded while the clock was a year ahead is asked for again once it is right", async () => {
  now += 365 * FRESH_MS;
  await downloads.download("s", null);
  now = BEGUN;
  await downloads.download("s", null);
  expect(content.asked).toHaveLength(2);
});

test("the service's time, which comes in whole seconds, may step back without another download", async () => {
  await downloads.download("s", null);
  now -= 999;
  await downloads.download("s", null);
  expect(content.asked).toHaveLength(1);
});

test("where the service grades, each account has attempts of its own, good once and for a time", async () => {
  content.grading = "server";
  await downloads.download("s", null);
  expect(await database.count("levels")).toBe(0);
  await downloads.download("s", { account: "1", token: "one" });
  expect(await downloads.findLevel("u1l1", "2")).toBeNull();
  const attempt = await downloads.findLevel("u1l1", "1");
  expect(attempt?.attempt_id).toMatch(/^one-u1l1-/);
  if (attempt !== null) await downloads.useUp(attempt);
  expect(await downloads.findLevel("u1l1", "1")).toBeNull();
  now += 14 * FRESH_MS;
  expect(await downloads.findLevel("u1l2", "1")).toBeNull();
});

test("attempts are asked for with the kinds of questions that the app can show", async () => {
  content.grading = "server";
  await downloads.download("s", { account: "1", token: "one" });
  expect(content.bodies).toEqual([JSON.stringify({ kinds: SHOWN_KINDS })]);
});

test("attempts are good for the questions of their time, so a changed section brings new ones", async () => {
  content.grading = "server";
  const learner = { account: "1", token: "one" };
  await downloads.download("s", learner);
  const before = await downloads.findLevel("u1l1", "1");
  now += FRESH_MS;
  content.version = 2;
  await downloads.download("s", learner);
  expect((await downloads.findLevel("u1l1", "1"))?.attempt_id).not.toBe(before?.attempt_id);
});

test("a level with its keys can be learnt again and again", async () => {
  await downloads.download("s", null);
  const level = await downloads.findLevel("u1l1", null);
  if (level !== null) await downloads.useUp(level);
  expect(await downloads.findLevel("u1l1", null)).not.toBeNull();
});

test("downloads can be taken off the device", async () => {
  await downloads.download("s", null);
  await downloads.removeAll();
  expect(await downloads.findLevel("u1l1", null)).toBeNull();
  expect(await database.count("sections")).toBe(0);
});

test("after a lesson only that level's attempt is asked for, after several or a day all of them", async () => {
  content.grading = "server";
  const learner = { account: "1", token: "one" };
  const asked: string[] = [];
  const downloadWithout = async (...levels: string[]) => {
    for (const level of levels) await database.delete("levels", ["1", level]);
    content.asked.length = 0;
    await downloads.download("s", learner);
    asked.push(content.asked.filter((call) => call.startsWith("POST")).join());
    expect(await Promise.all(LEVELS.map((level) => downloads.findLevel(level, "1")))).not.toContain(null);
  };
  await downloadWithout();
  await downloadWithout("u2l1");
  await downloadWithout();
  await downloadWithout("u1l1", "u2l1");
  now += FRESH_MS;
  await downloadWithout();
  const all = "POST /training/sections/s/attempts";
  expect(asked).toEqual([all, "POST /training/levels/u2l1/attempts", "", all, all]);
});

test("a section's size is asked once, but again after nobody could tell it", async () => {
  const asked: string[] = [];
  let told: number | null = null;
  const api = Object.assign(new Content(), {
    size: async (path: string) => {
      asked.push(path);
      return told;
    },
  });
  globalThis.indexedDB = new IDBFactory();
  const downloads = new Downloads(await openDeviceDatabase(), api);
  expect(await downloads.size("s")).toBeNull();
  told = 7;
  expect([await downloads.size("s"), await downloads.size("s"), await downloads.size("t")]).toEqual([7, 7, 7]);
  expect(asked.map((path) => path.split("/")[3])).toEqual(["s", "s", "t"]);
});
