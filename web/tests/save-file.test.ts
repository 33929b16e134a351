import { afterEach, expect, test, vi } from "vitest";
import { saveFile } from "../src/save-file";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test("a file is there for a while after the click: Safari reads it late", () => {
  vi.useFakeTimers();
  const link = { href: "", download: "", click: vi.fn() };
  vi.stubGlobal("document", { createElement: () => link });
  vi.spyOn(URL, "createObjectURL").mockReturnValue("blob:1");
  const revoke = vi.spyOn(URL, "revokeObjectURL").mockReturnValue();
  saveFile(new Blob(["{}"]), "scout-os.json");
  expect([link.href, link.download, link.click.mock.calls.length]).toEqual(["blob:1", "scout-os.json", 1]);
  vi.advanceTimersByTime(10_000);
  expect(revoke).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(revoke).toHaveBeenCalledWith("blob:1");
});
