import { afterEach, expect, test, vi } from "vitest";
import { keepAwake } from "../../../src/parts/board/big-screen";

afterEach(() => void vi.unstubAllGlobals());

test("the screen stays on again after the window was hidden, until it is called off", async () => {
  const page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  const release = vi.fn(async () => {});
  const request = vi.fn(async () => ({ release }));
  vi.stubGlobal("document", page);
  vi.stubGlobal("navigator", { wakeLock: { request } });
  const turn = (visibilityState: string) => {
    page.visibilityState = visibilityState;
    page.dispatchEvent(new Event("visibilitychange"));
  };
  const letSleep = keepAwake();
  turn("hidden"); // where the browser lets go of it
  expect(request).toHaveBeenCalledTimes(1);
  turn("visible");
  expect(request).toHaveBeenCalledTimes(2);
  letSleep();
  turn("visible");
  expect(request).toHaveBeenCalledTimes(2);
  await vi.waitFor(() => expect(release).toHaveBeenCalledTimes(1));
});
