/** Makes a module a language of the tables in which translations stand side by side: nobody loads both. */

import { type Plugin, runnerImport } from "vite";

const TABLES = "/src/texts/tables.ts";
const PREFIX = "texts:";
/** In the order of the tables' pairs. */
const LANGUAGES = ["id", "en"];

type Tables = { TABLE: Record<string, readonly string[]> };

/** The module `texts:id` has all Indonesian texts by their keys, `texts:en` the English ones. */
export function texts(): Plugin {
  let root = "";
  return {
    name: "texts",
    configResolved(config) {
      root = config.root;
    },
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    async load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const place = LANGUAGES.indexOf(id.slice(PREFIX.length + 1));
      const { module, dependencies } = await runnerImport<Tables>(root + TABLES, { root, configFile: false });
      for (const file of dependencies) this.addWatchFile(file);
      const ofLanguage = Object.entries(module.TABLE).map(([key, pair]) => [key, pair[place]]);
      return `export default ${JSON.stringify(Object.fromEntries(ofLanguage))}`;
    },
  };
}
