/** What is left to do when Vite has written the app: its worker, which knows all files, and compressed twins. */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { compressFile } from "./compress.ts";
import { listFiles } from "./files.ts";
import { buildWorker, WORKER_SOURCE } from "./worker.ts";

/** Whoever serves the files waits for this one. */
const LAST_WRITTEN = "version.txt";

export function finish(version: string): Plugin {
  let root = "";
  let directory = "";
  return {
    name: "finish",
    apply: "build",
    configResolved(config) {
      root = config.root;
      directory = join(root, config.build.outDir);
    },
    buildStart() {
      this.addWatchFile(join(root, WORKER_SOURCE));
      rmSync(join(directory, LAST_WRITTEN), { force: true });
    },
    async closeBundle(error) {
      if (error !== undefined) return;
      await buildWorker(root, directory);
      for (const file of listFiles(directory)) compressFile(join(directory, file));
      writeFileSync(join(directory, LAST_WRITTEN), `${version}\n`);
    },
  };
}
