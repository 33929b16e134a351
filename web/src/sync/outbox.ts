/** Lessons from their first answer until the learner was told what they brought. Each method is one transaction. */

import type { Lesson } from "../learning/lesson";
import {
  EARLIER_GUEST,
  type FinishedLesson,
  type FrozenRequest,
  GUEST,
  type Item,
  isGuest,
  type OpenLesson,
  type OutboxDatabase,
  type Refusal,
} from "../store/outbox-database";
import { transact } from "../store/transact";

/** Somebody who learned without an account, and what is on the device of it. */
export interface Guest {
  account: string;
  finished: readonly FinishedLesson[];
}

/** The code of what was set aside; it was sent, and may well have counted. */
export const UNREADABLE_ANSWER = "answer_unreadable";

export class Outbox {
  constructor(
    private readonly database: OutboxDatabase,
    private readonly changed: () => void = () => {},
  ) {}

  openLesson(account: string, level_id: string): Promise<Lesson | null> {
    return this.database.get("lessons", [account, level_id]).then((open) => open?.lesson ?? null);
  }

  /** Begin a lesson, unless another window did: the one that is under way. Raises `StorageFull`. */
  async begin(account: string, lesson: Lesson): Promise<Lesson> {
    return transact(this.database, ["lessons"], async (transaction) => {
      const lessons = transaction.objectStore("lessons");
      const open = await lessons.get([account, lesson.level_id]);
      if (open === undefined) await lessons.put({ account, level_id: lesson.level_id, lesson });
      return open?.lesson ?? lesson;
    });
  }

  /**
   * Keep what was answered since, unless another window is ahead; whose lesson it is by now. Null: it is over, by another
   * window.
   */
  async keepAnswers(account: string, lesson: Lesson): Promise<string | null> {
    return transact(this.database, ["lessons"], async (transaction) => {
      const lessons = transaction.objectStore("lessons");
      const { level_id, seed } = lesson;
      const all = seed === undefined ? [await lessons.get([account, level_id])] : await lessons.getAll();
      const open = all.find((each) => each?.level_id === level_id && isSame(each, seed));
      if (open === undefined) return null;
      if (answered(lesson) > answered(open.lesson)) await lessons.put({ ...open, lesson });
      return open.account;
    });
  }

  /**
   * A lesson under way becomes a finished one, to be sent. False: there is none, it was finished before (by a second
   * tap, or in another window); the level's next one, of another `seed`, is not touched. Raises `StorageFull`; then the
   * lesson is still under way.
   */
  async finish(account: string, request: FrozenRequest, lesson: FinishedLesson, seed?: string): Promise<boolean> {
    const isFinished = await transact(this.database, ["items", "lessons"], async (transaction) => {
      const lessons = transaction.objectStore("lessons");
      const isOpen = isSame(await lessons.get([account, lesson.level_id]), seed);
      if (isOpen) {
        const item = { account, kind: "submission", request, lesson, token: null, ...UNSENT } as const;
        await addItem(transaction.objectStore("items"), item);
        await lessons.delete([account, lesson.level_id]);
      }
      return isOpen;
    });
    this.changed();
    return isFinished;
  }

  /**
   * Keep the token of an account, which takes over the lessons of the guest that it was: ask first. `leaving` signs out,
   * as `signOut` does: it was signed in on this device until now.
   */
  async signIn(account: string, token: string, wasGuest: string | null, leaving?: Leaving): Promise<void> {
    await transact(this.database, ["items", "lessons", "tokens"], async (transaction) => {
      const [items, lessons] = [transaction.objectStore("items"), transaction.objectStore("lessons")];
      const tokens = transaction.objectStore("tokens");
      if (leaving !== undefined) await endToken(items, tokens, leaving);
      await tokens.put({ account, token });
      if (wasGuest !== null) {
        for (const item of await items.index("account").getAll(wasGuest)) await items.put({ ...item, account });
        for (const open of await lessons.index("account").getAll(wasGuest)) {
          await lessons.delete([wasGuest, open.level_id]);
          const isTaken = (await lessons.getKey([account, open.level_id])) !== undefined;
          if (!isTaken) await lessons.put({ ...open, account });
        }
      }
    });
    this.changed();
  }

  /** A new token took the place of all earlier ones. If the learner signed out meanwhile, that is what ends it. */
  async renewToken(account: string, token: string): Promise<void> {
    await transact(this.database, ["items", "tokens"], async (transaction) => {
      const [items, tokens] = [transaction.objectStore("items"), transaction.objectStore("tokens")];
      const signOuts = (await items.index("account").getAll(account)).filter(({ kind }) => kind === "sign_out");
      const last = signOuts[signOuts.length - 1];
      const isHere = last === undefined || (await tokens.get(account)) !== undefined;
      await (isHere ? tokens.put({ account, token }) : items.put({ ...last, token }));
    });
    this.changed();
  }

  /** Sign out after what waits: the token goes into the last item, and is used for nothing that comes later. */
  async signOut(account: string, key: string): Promise<void> {
    await transact(this.database, ["items", "tokens"], async (transaction) => {
      await endToken(transaction.objectStore("items"), transaction.objectStore("tokens"), { account, key });
    });
    this.changed();
  }

  /** The next child on the device begins anew; the guest's lessons wait under the name `EARLIER_GUEST` with `id`. */
  async partWithGuest(id: string): Promise<void> {
    const account = EARLIER_GUEST + id;
    await transact(this.database, ["items", "lessons"], async (transaction) => {
      const [items, lessons] = [transaction.objectStore("items"), transaction.objectStore("lessons")];
      for (const item of await items.index("account").getAll(GUEST)) await items.put({ ...item, account });
      for (const open of await lessons.index("account").getAll(GUEST)) {
        await lessons.delete([GUEST, open.level_id]);
        await lessons.put({ ...open, account });
      }
    });
    this.changed();
  }

  /** The account was erased, or a guest's lessons are nobody's: nothing of it is kept or sent. */
  async erase(account: string): Promise<void> {
    await transact(this.database, ["items", "lessons", "tokens"], async (transaction) => {
      const [items, lessons] = [transaction.objectStore("items"), transaction.objectStore("lessons")];
      for (const order of await items.index("account").getAllKeys(account)) await items.delete(order);
      for (const place of await lessons.index("account").getAllKeys(account)) await lessons.delete(place);
      await transaction.objectStore("tokens").delete(account);
    });
    this.changed();
  }

  /** Guests who left something behind, finished or under way. */
  async guests(): Promise<Guest[]> {
    const items = (await this.database.getAll("items")).filter(({ account }) => isGuest(account));
    const open = (await this.database.getAll("lessons")).filter(({ account }) => isGuest(account));
    return [...new Set([...items, ...open].map(({ account }) => account))].map((account) => {
      const own = items.filter((item) => item.account === account);
      return { account, finished: own.flatMap(({ lesson }) => (lesson === null ? [] : [lesson])) };
    });
  }

  /** All items of an account, in order. */
  items(account: string): Promise<Item[]> {
    return this.database.getAllFromIndex("items", "account", account);
  }

  /** Accounts with something to send. */
  async accounts(): Promise<string[]> {
    const waiting = (await this.database.getAll("items")).filter((item) => item.state === "waiting");
    return [...new Set(waiting.map((item) => item.account))].filter((account) => !isGuest(account));
  }

  /** Whether the account must sign in before its lessons can be sent. */
  async needsSignIn(account: string): Promise<boolean> {
    const waiting = (await this.items(account)).find((item) => item.state === "waiting");
    return waiting !== undefined && (await this.tokenFor(waiting)) === null;
  }

  /** Whether lessons of others than `account` wait for their owners to sign in. */
  async waitsForOwner(account: string): Promise<boolean> {
    if ((await this.guests()).some((guest) => guest.account !== account)) return true;
    const others = (await this.accounts()).filter((other) => other !== account);
    return (await Promise.all(others.map((other) => this.needsSignIn(other)))).includes(true);
  }

  /** The token that may send an item: its account's own and no other; null: its owner must sign in first. */
  async tokenFor(item: Item): Promise<string | null> {
    if (item.kind === "sign_out") return item.token;
    const transaction = this.database.transaction(["items", "tokens"]);
    const kept = await transaction.objectStore("tokens").get(item.account);
    if (kept !== undefined) return kept.token;
    const items = await transaction.objectStore("items").index("account").getAll(item.account);
    return items.find((other) => other.kind === "sign_out" && other.order > item.order)?.token ?? null;
  }

  /** A token that the service no longer takes: forget it, and the sign-out that would have ended it. */
  async forgetToken(account: string, token: string): Promise<void> {
    await transact(this.database, ["items", "tokens"], async (transaction) => {
      const [items, tokens] = [transaction.objectStore("items"), transaction.objectStore("tokens")];
      if ((await tokens.get(account))?.token === token) await tokens.delete(account);
      for (const item of await items.index("account").getAll(account)) {
        if (item.kind === "sign_out" && item.token === token) await items.delete(item.order);
      }
    });
    this.changed();
  }

  answered(item: Item, answer: unknown): Promise<void> {
    return item.kind === "sign_out" ? this.forget(item) : this.change(item, { state: "answered", answer });
  }

  shelved(item: Item, refusal: Refusal): Promise<void> {
    return this.change(item, { state: "shelved", refusal });
  }

  /** An answer that this version of the app cannot read: it is told, and stands in nobody's way. */
  setAside(item: Item): Promise<void> {
    const refusal = { status: 0, code: UNREADABLE_ANSWER, detail: "" };
    return this.change(item, { state: "shelved", refusal }, "answered");
  }

  locked(item: Item): Promise<void> {
    return this.change(item, { is_locked: true });
  }

  /** The learner was told, and what an answer brought is kept elsewhere. */
  async forget(item: Item): Promise<void> {
    await transact(this.database, ["items"], (transaction) => transaction.objectStore("items").delete(item.order));
    this.changed();
  }

  /** Only what is still in state `from` is changed: another window may have been first. */
  private async change(item: Item, outcome: Partial<Item>, from: Item["state"] = "waiting"): Promise<void> {
    await transact(this.database, ["items"], async (transaction) => {
      const items = transaction.objectStore("items");
      const present = await items.get(item.order);
      if (present?.state === from) await items.put({ ...present, ...outcome });
    });
    this.changed();
  }
}

/** Lessons that began in older versions have no seed. */
function isSame(open: OpenLesson | undefined, seed: string | undefined): boolean {
  return open !== undefined && open.lesson.seed === seed;
}

/** How many answers were given, in both rounds. */
function answered({ answers, verdicts, queue, round }: Lesson): number {
  const again = round === "first" ? 0 : Object.values(verdicts).filter((isRight) => !isRight).length - queue.length;
  return Object.keys(answers).length + again;
}

/** Who signs out, and the key of that request. */
interface Leaving {
  account: string;
  key: string;
}

/** The token goes from `tokens` into the account's last item. */
async function endToken(items: Items, tokens: Tokens, { account, key }: Leaving): Promise<void> {
  const kept = await tokens.get(account);
  if (kept === undefined) return;
  const request = { method: "POST", path: "/auth/logout", body: null, key };
  await addItem(items, { account, kind: "sign_out", request, lesson: null, token: kept.token, ...UNSENT });
  await tokens.delete(account);
}

interface Tokens {
  get(account: string): Promise<{ token: string } | undefined>;
  delete(account: string): Promise<void>;
}

interface Items {
  add(item: Item): Promise<unknown>;
}

const UNSENT = { state: "waiting", is_locked: false, answer: null, refusal: null } as const;

/** The database gives the order. */
function addItem(items: Items, item: Omit<Item, "order">): Promise<unknown> {
  return items.add(item as Item);
}
