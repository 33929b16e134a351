/** Safari reads a file only after the click. */
const READ_MS = 60_000;

/** Save a file where the browser keeps downloads. */
export function saveFile(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  Object.assign(document.createElement("a"), { href, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(href), READ_MS);
}
