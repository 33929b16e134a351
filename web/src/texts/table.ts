/** Key → Indonesian, English. */
export type Table<Key extends string> = Record<Key, readonly [indonesian: string, english: string]>;

/** A table whose keys are known to the compiler. */
export function table<Key extends string>(texts: Table<Key>): Table<Key> {
  return texts;
}
