import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { openDeviceDatabase, readValue } from "../../src/store/device-database";
import { keepSeal, newerSeal, serviceTime } from "../../src/sync/service-time";

const SEAL = { time_seal: "1800000000.abc", held_at: 5_000 };

test("a wrong clock is set right by the sealed time", () => {
  expect(serviceTime(SEAL, 65_000)).toBe(1_800_000_060_000);
  expect(serviceTime(null, 65_000)).toBe(65_000);
});

test("a clock that is put back moves nothing before the seal", () => {
  expect(serviceTime(SEAL, 1_000)).toBe(1_800_000_000_000);
});

test("an answer that was overtaken does not bring back an older seal", () => {
  const newer = { time_seal: "1800000001.def", held_at: 6_000 };
  expect([newerSeal(null, SEAL), newerSeal(SEAL, newer), newerSeal(newer, SEAL)]).toEqual([SEAL, newer, newer]);
});

test("of several answers at once, the newest seal is kept", async () => {
  const device = await openDeviceDatabase();
  const seals = [1_800_000_003, 1_800_000_001, 1_800_000_002].map((seconds) => `${seconds}.abc`);
  await Promise.all(seals.map((seal) => keepSeal(device, seal)));
  expect((await readValue(device, "time_seal"))?.time_seal).toBe("1800000003.abc");
});
