import { defineConfig } from "vitest/config";
import { finish } from "./build/finish.ts";
import { texts } from "./build/texts.ts";
import { readVersion } from "./build/version.ts";

const proxy = Object.fromEntries(["/api", "/media"].map((path) => [path, { target: "http://127.0.0.1:8000" }]));

const version = readVersion();

export default defineConfig({
  base: "./", // below any prefix
  build: {
    target: "es2022", // what Chromium 90 lacks of it is held by `tests/web/test_checklist.py`
    cssTarget: "chrome90",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // All that the start needs in one file: on a slow line, each request costs more than what it brings.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "main", tags: ["$initial"] }] } } },
  },
  define: { __VERSION__: JSON.stringify(version) },
  plugins: [texts(), finish(version)],
  // `npm run dev` and `npm run preview` show the app beside a service that runs on its usual port.
  server: { proxy },
  preview: { proxy },
  test: { include: ["tests/**/*.test.{ts,tsx}"], environment: "node", testTimeout: 30_000 },
});
