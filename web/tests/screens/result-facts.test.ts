import "fake-indexeddb/auto";
import { expect, test } from "vitest";
import { App } from "../../src/app";
import { lessonOf } from "../../src/screens/result-facts";
import { doneLesson } from "../sync/device";

test("a lesson whose answer is nowhere any more is told by what was played, not by the best of the level", async () => {
  const app = await App.open(new URL("http://localhost/"));
  app.played.set("key", { ...doneLesson("l1"), verdicts: { l1q: false } });
  expect(lessonOf(app, "l1", "key").correct).toBe(0);
});
