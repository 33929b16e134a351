/** Builds the service worker: one classic script at the root, because its scope is its folder. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, type Rolldown } from "vite";
import { listFiles } from "./files.ts";

export const WORKER_SOURCE = "src/worker/worker.ts";
/** What the app needs without a network. Icons of the home screen are the system's, once it is installed. */
const KEPT = /^(index\.html|icon\.svg|manifest\.webmanifest|assets\/.*)$/;
/** Names below this folder contain a hash of the content. */
const HASHED = "assets/";

type Built = Rolldown.RolldownOutput;

/** Returns the names of the modules that it is made of. */
export async function buildWorker(root: string, directory: string): Promise<string[]> {
  const files = listFiles(directory)
    .filter((file) => KEPT.test(file))
    .map((url) => ({ url, revision: url.startsWith(HASHED) ? null : hash(join(directory, url)) }));
  const built = await build({
    configFile: false,
    root,
    logLevel: "warn",
    publicDir: false,
    define: { __FILES__: JSON.stringify(files), "process.env.NODE_ENV": '"production"' },
    build: {
      target: "es2022",
      outDir: directory,
      emptyOutDir: false,
      copyPublicDir: false,
      rolldownOptions: {
        input: join(root, WORKER_SOURCE),
        output: { format: "iife", entryFileNames: "worker.js" },
      },
    },
  });
  return (built as Built).output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
}

function hash(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
}
