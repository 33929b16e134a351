/** The licences of what the built files contain of others. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/;

/** The packages that modules come from, by their file names. */
export function packagesOf(modules: Iterable<string>): Set<string> {
  const names = new Set<string>();
  for (const module of modules) {
    const name = PACKAGE.exec(module)?.[1];
    if (name !== undefined) names.add(name.replace("\\", "/"));
  }
  return names;
}

/** Each package with its version and licence, and the font with its own. Fails if a package has none. */
export function licences(root: string, packages: Iterable<string>): string {
  const texts = [...new Set(packages)].sort().map((name) => {
    const directory = join(root, "node_modules", name);
    const { version, license } = JSON.parse(readFileSync(join(directory, "package.json"), "utf8"));
    const file = readdirSync(directory).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) throw new Error(`${name} has no licence beside it`);
    return [`${name} ${version} (${license})`, readFileSync(join(directory, file), "utf8").trim()];
  });
  const font = ["Nunito (OFL-1.1)", readFileSync(join(root, "src/styles/OFL.txt"), "utf8").trim()];
  return `${[...texts, font].map(([name, text]) => `${name}\n\n${text}\n`).join(`\n${"-".repeat(72)}\n\n`)}`;
}
