/** Compresses what was built, once and as small as can be, so that no server has to. */

import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

const TEXTS = /\.(html|css|js|svg|webmanifest)$/;
/** A shorter file fits into one packet anyway. */
const MIN_BYTES = 1024;
/** Whoever serves the files waits for this one. */
const LAST_WRITTEN = "version.txt";

/** Write `.br` and `.gz` beside each text, and then the `version` that was built. */
export function compress(version: string): Plugin {
  let directory = "";
  return {
    name: "compress",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      directory = join(config.root, config.build.outDir);
    },
    buildStart() {
      rmSync(join(directory, LAST_WRITTEN), { force: true });
    },
    closeBundle: {
      order: "post",
      sequential: true,
      handler(error) {
        if (error !== undefined) return;
        for (const name of readdirSync(directory, { recursive: true, encoding: "utf8" })) {
          if (TEXTS.test(name)) compressFile(join(directory, name));
        }
        writeFileSync(join(directory, LAST_WRITTEN), `${version}\n`);
      },
    },
  };
}

function compressFile(file: string): void {
  const content = readFileSync(file);
  if (content.length < MIN_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
