import { readFileSync } from "node:fs";

/** The version of this release, as the service tells it. */
export function readVersion(): string {
  const source = readFileSync(new URL("../../src/scout_os/__init__.py", import.meta.url), "utf8");
  const version = /__version__ = "([^"]+)"/.exec(source)?.[1];
  if (version === undefined) throw new Error("src/scout_os/__init__.py tells no version");
  return version;
}
