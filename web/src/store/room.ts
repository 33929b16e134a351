/** Room on the device. Browsers tell it roughly, and some not at all. */

/** Bytes that the app takes; null: nobody can tell. */
export async function usedBytes(): Promise<number | null> {
  return (await navigator.storage?.estimate?.().catch(() => null))?.usage ?? null;
}

/** Whether the browser promised not to throw anything away when room gets scarce. */
export async function isKept(): Promise<boolean> {
  return (await navigator.storage?.persisted?.().catch(() => false)) ?? false;
}

/** Ask for that promise. */
export async function askToKeep(): Promise<boolean> {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}
