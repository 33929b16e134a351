/** Usernames as the service takes them (`docs/api.md`, Accounts). */

/** What the service allows: `USERNAME_MIN` to `USERNAME_MAX` signs of `a-z 0-9 . _ + - @`. */
const FITS = /^[a-z0-9._+@-]{3,254}$/;
const SHORTEST = 3;
/** Longer names are hard to type at each sign-in. */
const LONGEST_PROPOSED = 30;

export function fitsUsername(text: string): boolean {
  return FITS.test(text);
}

/** A username made from a name, as in "Budi Santoso" → `budi.santoso`; "" where nothing of it can be used. */
export function proposeUsername(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’`]/g, "")
    .replace(/[^a-z0-9._+@-]+/g, ".")
    .replace(/\.{2,}/g, ".")
    .slice(0, LONGEST_PROPOSED)
    .replace(/^\.|\.$/g, "");
  return plain.length === 0 || plain.length >= SHORTEST ? plain : `${plain}.pramuka`;
}
