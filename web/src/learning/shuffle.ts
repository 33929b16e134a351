/** An order that looks random, and is the same whenever the seed is the same. */
export function shuffled<T>(items: readonly T[], seed: string): T[] {
  const result = [...items];
  const random = generator(seed);
  for (let place = result.length - 1; place > 0; place--) {
    const other = Math.floor(random() * (place + 1));
    [result[place], result[other]] = [result[other] as T, result[place] as T];
  }
  return result;
}

/** The same, but never in the order of `items`, which is the solution; unless there is only one order. */
export function disordered(items: readonly string[], seed: string): string[] {
  const result = shuffled(items, seed);
  const isSolved = result.every((item, place) => item === items[place]);
  return isSolved ? [...result.slice(1), ...result.slice(0, 1)] : result;
}

/** Numbers from 0 to below 1 (mulberry32, from an FNV-1a hash of the seed). */
function generator(seed: string): () => number {
  let state = 0x811c9dc5;
  for (const sign of seed) state = Math.imul(state ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
