/** What is left to do when Vite has written the app: its worker, which knows all files, licences, and compressed twins. */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import { compressFile } from "./compress.ts";
import { listFiles } from "./files.ts";
import { licences, packagesOf } from "./licences.ts";
import { buildWorker, WORKER_SOURCE } from "./worker.ts";

/** Whoever serves the files waits for this one. */
const LAST_WRITTEN = "version.txt";

export function finish(version: string): Plugin {
  let root = "";
  let directory = "";
  let modules: string[] = [];
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
    generateBundle(_, bundle) {
      modules = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    },
    async closeBundle(error) {
      if (error !== undefined) return;
      const ofWorker = await buildWorker(root, directory);
      writeFileSync(join(directory, "licences.txt"), licences(root, packagesOf([...modules, ...ofWorker])));
      for (const file of listFiles(directory)) compressFile(join(directory, file));
      writeFileSync(join(directory, LAST_WRITTEN), `${version}\n`);
    },
  };
}
