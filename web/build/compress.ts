import { readFileSync, writeFileSync } from "node:fs";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const TEXTS = /\.(css|html|js|svg|txt|webmanifest)$/;
/** A shorter file fits into one packet anyway. */
const MIN_BYTES = 1024;

/** Write `.br` and `.gz` beside a text, as small as can be, so that no server has to compress it. */
export function compressFile(file: string): void {
  if (!TEXTS.test(file)) return;
  const content = readFileSync(file);
  if (content.length < MIN_BYTES) return;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
  };
  writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
  writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
}
