/** The version of this release, written by the build. */
declare const __VERSION__: string;

/** All texts of one language by their keys, made by the build from `texts/tables.ts`. */
declare module "texts:*" {
  const texts: Readonly<Record<import("./texts").TextKey, string>>;
  export default texts;
}
