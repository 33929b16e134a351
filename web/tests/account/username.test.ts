import { expect, test } from "vitest";
import { fitsUsername, proposeUsername } from "../../src/account/username";

test.each([
  ["Budi Santoso", "budi.santoso"],
  ["  Siti   Nur'aini ", "siti.nuraini"],
  ["Éka D’Souza", "eka.dsouza"],
  ["budi12", "budi12"],
  ["Budi.", "budi"],
  ["Al", "al.pramuka"],
  ["a!b", "a.b"],
  ["王小明", ""],
  ["", ""],
])("%j becomes %j", (name, username) => {
  expect(proposeUsername(name)).toBe(username);
});

test("whatever is proposed fits, and what fits stays as it is", () => {
  const signs = "aZ9 .,_-+@'’éß王🦅\t";
  for (let round = 0; round < 2000; round++) {
    const length = 1 + Math.floor(Math.random() * 50);
    const name = Array.from({ length }, () => [...signs][Math.floor(Math.random() * [...signs].length)]).join("");
    const username = proposeUsername(name);
    expect(username === "" || fitsUsername(username), JSON.stringify(name)).toBe(true);
  }
  expect(proposeUsername("budi.santoso+x@sekolah.id")).toBe("budi.santoso+x@sekolah.id");
});
