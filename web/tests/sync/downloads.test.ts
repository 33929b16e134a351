import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test } from "vitest";
import { type DeviceDatabase, openDeviceDatabase, type Section } from "../../src/store/device-database";
import { Downloads, FRESH_MS } from "../../src/sync/downloads";
import { Unreachable } from "../../src/sync/errors";
import type { Call } from "../../src/sync/service";

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

class Content {
  readonly asked: string[] = [];
  readonly missing = new Set<string>();
  grading: "client" | "server" = "client";

  async call({ method, path, token }: Call): Promise<Record<string, unknown>> {
    this.asked.push(`${method} ${path}`);
    const [, , kind = "", id = "", part] = path.split("/");
    if (this.missing.has(id)) throw new Unreachable("cut");
    if (kind === "sections" && id === "") return { sections: [{ ...SECTION, id: "t", order: 2 }, SECTION] };
    if (part === "units") return { units: ["u1", "u2"].map((unit) => ({ id: unit, section_id: id, title: unit })) };
    if (part === "levels")
      return { levels: LEVELS.filter((level) => level.startsWith(id)).map((level) => ({ id: level })) };
    if (part === "attempts") {
      const attempt_id = `${token}-${id}-${this.asked.length}`;
      const expires_at = new Date(BEGUN + 14 * FRESH_MS).toISOString();
      return { attempt_id, expires_at, questions: [{ id: `${id}q`, type: "true_false", payload: {} }] };
    }
    const payload = this.grading === "client" ? { correct_answer: true } : {};
    return { questions: [{ id: `${id}q`, type: "true_false", payload }] };
  }

  asksFor(part: string): number {
    return this.asked.filter((path) => path.endsWith(part)).length;
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

test("a section arrives whole, and tells how much of it is there", async () => {
  const told: [number, number][] = [];
  await downloads.download(SECTION, null, (done, all) => told.push([done, all]));
  const section = await database.get("sections", "s");
  expect(section?.units.flatMap((unit) => unit.levels.map(({ id }) => id))).toEqual(LEVELS);
  expect(told).toEqual(LEVELS.map((_, place) => [place + 1, LEVELS.length]));
  expect(await downloads.findLevel("u2l3", null)).toMatchObject({ attempt_id: null, questions: [{ id: "u2l3q" }] });
});

test("a download that was cut goes on where it stopped", async () => {
  content.missing.add("u2l1");
  await expect(downloads.download(SECTION, null)).rejects.toThrow(Unreachable);
  const arrived = await database.count("levels");
  expect(arrived).toBeGreaterThan(0);
  content.missing.clear();
  content.asked.length = 0;
  await downloads.download(SECTION, null);
  expect(content.asksFor("/questions")).toBe(LEVELS.length - arrived);
});

test("what is fresh is not asked for again, what is old is", async () => {
  await downloads.download(SECTION, null);
  await downloads.download(SECTION, null);
  expect(content.asksFor("/questions")).toBe(LEVELS.length);
  now += FRESH_MS;
  await downloads.download(SECTION, null);
  expect(content.asksFor("/questions")).toBe(2 * LEVELS.length);
});

test("where the service grades, each account has attempts of its own, good once and for a time", async () => {
  content.grading = "server";
  await downloads.download(SECTION, null);
  expect(await database.count("levels")).toBe(0);
  await downloads.download(SECTION, { account: "1", token: "one" });
  expect(await downloads.findLevel("u1l1", "2")).toBeNull();
  const attempt = await downloads.findLevel("u1l1", "1");
  expect(attempt?.attempt_id).toMatch(/^one-u1l1-/);
  if (attempt !== null) await downloads.useUp(attempt);
  expect(await downloads.findLevel("u1l1", "1")).toBeNull();
  now += 14 * FRESH_MS;
  expect(await downloads.findLevel("u1l2", "1")).toBeNull();
});

test("a level with its keys can be learnt again and again", async () => {
  await downloads.download(SECTION, null);
  const level = await downloads.findLevel("u1l1", null);
  if (level !== null) await downloads.useUp(level);
  expect(await downloads.findLevel("u1l1", null)).not.toBeNull();
});
