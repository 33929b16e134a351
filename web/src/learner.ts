/** Who uses the device, and what they have reached: as the service last told it, and what waits to be sent. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { localDay, streakAsShown, TIMEZONE } from "./learning/days";
import { type Level, type LevelStatus, stars, statusesAsShown } from "./learning/levels";
import type { components } from "./openapi";
import { randomId } from "./random-id";
import {
  type AccountDatabase,
  applyAnswer,
  eraseAccountDatabase,
  keepMonth,
  keepProgress,
  type LevelProgress,
  type Month,
  openAccountDatabase,
  type Profile,
  readAnswer,
  type SubmitAnswer,
} from "./store/account-database";
import { type DeviceDatabase, readValue, writeValue } from "./store/device-database";
import { GUEST, type Item, type OutboxDatabase } from "./store/outbox-database";
import { AVATARS } from "./sync/background";
import { Refused } from "./sync/errors";
import type { Outbox } from "./sync/outbox";
import type { Call, Json, Service } from "./sync/service";
import { type Waiting, whatWaits } from "./sync/waiting";

type Schemas = components["schemas"];

/** The token ended, or there was none. */
export class SignInNeeded extends Error {}

/** What the service answered to the request with this key. */
interface Told {
  account: string;
  key: string;
  answer: SubmitAnswer;
}

const NOBODY: Waiting = { passed: new Set(), days: [] };

export class Learner {
  /** The user id as text, or `GUEST`. */
  readonly account: ReadonlySignal<string>;
  readonly isGuest: ReadonlySignal<boolean>;
  /** Null for a guest. */
  readonly profile: ReadonlySignal<Profile | null>;
  readonly progress: ReadonlySignal<ReadonlyMap<string, LevelProgress>>;
  /** What the outbox holds of this account. */
  readonly items: ReadonlySignal<readonly Item[]>;
  /** Answers of the service since the app was opened, by the key of their request. */
  readonly answers: ReadonlySignal<ReadonlyMap<string, SubmitAnswer>>;
  /** Whether the token ended, so that nothing can be sent before the learner signs in again. */
  readonly needsSignIn: ReadonlySignal<boolean>;
  readonly waiting: ReadonlySignal<Waiting>;
  /** The learner's own day. */
  readonly today: ReadonlySignal<string>;
  readonly streak: ReadonlySignal<number>;
  readonly totalXp: ReadonlySignal<number>;

  private readonly state = {
    account: signal<string>(GUEST),
    profile: signal<Profile | null>(null),
    progress: signal<ReadonlyMap<string, LevelProgress>>(new Map()),
    items: signal<readonly Item[]>([]),
    answers: signal<ReadonlyMap<string, SubmitAnswer>>(new Map()),
    needsSignIn: signal(false),
    /** When `look` last looked. */
    time: signal(0),
  };
  private database: AccountDatabase | null = null;
  /** Whose token goes because they leave: nobody has to sign in for that. */
  private leaving: string | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly device: DeviceDatabase,
    private readonly outboxDatabase: OutboxDatabase,
    private readonly outbox: Outbox,
    private readonly service: Service,
    /** What is kept of the learner changed, or who it is: other windows must show it. */
    private readonly moved: (told?: Told) => void = () => {},
    /** The service's time, as far as the device knows it. */
    readonly now: () => number = Date.now,
  ) {
    const { account, profile, progress, items, answers, needsSignIn, time } = this.state;
    this.account = account;
    this.profile = profile;
    this.progress = progress;
    this.items = items;
    this.answers = answers;
    this.needsSignIn = needsSignIn;
    this.isGuest = computed(() => account.value === GUEST);
    const timezone = computed(() => profile.value?.timezone ?? TIMEZONE);
    this.waiting = computed(() =>
      items.value.length === 0 ? NOBODY : whatWaits(items.value, timezone.value, time.value),
    );
    this.look();
    this.today = computed(() => localDay(time.value, timezone.value));
    this.streak = computed(() => {
      const known = profile.value ?? { streak: 0, last_active_date: null };
      return streakAsShown(known, this.waiting.value.days, this.today.value);
    });
    this.totalXp = computed(() => profile.value?.total_xp ?? 0);
  }

  /** Show whoever the device last knew. */
  async load(): Promise<void> {
    await this.inTurn(async () => this.show((await readValue(this.device, "account")) ?? GUEST));
  }

  /** Look at the clock: a day may be over. */
  look(): void {
    this.state.time.value = this.now();
  }

  /** Who downloads: attempts are made for accounts only. */
  async downloader(): Promise<{ account: string; token: string } | null> {
    const account = this.account.value; // another may be here when the token is read
    const token = await this.token();
    return token === null ? null : { account, token };
  }

  /** Ask with the learner's token; one that ended is forgotten. Raises `SignInNeeded`, `Refused` or `Unreachable`. */
  async ask(call: Call): Promise<Json> {
    const [account, token] = [this.account.value, await this.token()];
    if (token === null) throw new SignInNeeded();
    try {
      return await this.service.call({ ...call, token });
    } catch (error) {
      if (!(error instanceof Refused) || error.status !== 401) throw error;
      await this.outbox.forgetToken(account, token); // which is taken in
      throw new SignInNeeded();
    }
  }

  /** The token of who is signed in; null for a guest, and after it ended. */
  async token(): Promise<string | null> {
    return (await this.outboxDatabase.get("tokens", this.account.value))?.token ?? null;
  }

  /** Statuses of a section's levels, with what waits. */
  statuses(levels: Level[]): Record<string, LevelStatus> {
    const known = Object.fromEntries([...this.progress.value].map(([id, { status }]) => [id, status]));
    return statusesAsShown(levels, known, this.waiting.value.passed);
  }

  /** The best of a level, with what waits: 0 to 3. */
  stars(level: Level): number {
    const mine = this.items.value.flatMap(({ lesson, state }) =>
      lesson?.level_id === level.id && state !== "shelved" && lesson.correct_answers !== null
        ? [stars(level, lesson.correct_answers)]
        : [],
    );
    return Math.max(this.progress.value.get(level.id)?.stars ?? 0, ...mine);
  }

  /**
   * Sign in with an answer of `/auth/…`, and take over the lessons of the guest that the learner was. Who was signed in
   * on this device is signed out: what waits of theirs is sent as theirs, and what was shown of them leaves the device.
   */
  async signIn(session: { access_token: string; user: { id: number } }, wasGuest: string | null): Promise<void> {
    const account = String(session.user.id);
    const before = (await readValue(this.device, "account")) ?? GUEST;
    const leaving = before === GUEST || before === account ? undefined : { account: before, key: randomId() };
    this.leaving = leaving?.account ?? null;
    await this.outbox.signIn(account, session.access_token, wasGuest, leaving);
    await writeValue(this.device, "account", account);
    await this.inTurn(() => this.show(account));
    this.moved();
    if (leaving !== undefined) await this.clean(before);
    await this.refresh().catch(() => {}); // the network may be gone again: what waits is safe
  }

  /** Sign out; what waits is sent first, as soon as it can be. What was shown of the learner leaves the device. */
  async signOut(): Promise<void> {
    const account = this.account.value;
    this.leaving = account;
    await this.outbox.signOut(account, randomId());
    await this.leave(account);
  }

  /** A guest hands the device to the next one. */
  async partWithGuest(): Promise<void> {
    await this.outbox.partWithGuest(randomId());
    await this.takeIn();
    this.moved();
  }

  /** After the account was erased: nothing of it stays on the device. */
  async forget(account: string): Promise<void> {
    this.leaving = account;
    await this.outbox.erase(account);
    await this.leave(account);
  }

  /** Keep the token that replaces all earlier ones. */
  async renewToken(account: string, token: string): Promise<void> {
    await this.outbox.renewToken(account, token);
  }

  /** Keep the profile as the service has it now. */
  async keepProfile(profile: Profile): Promise<void> {
    await this.inTurn(async () => {
      if (this.database === null || String(profile.id) !== this.account.value) return;
      await keepProgress(this.database, profile, []);
      await this.read();
    });
    this.moved();
  }

  /** A month's active days as the device last knew them; null: never asked. */
  async knownMonth(month: string): Promise<Month | null> {
    return (await this.database?.get("months", month)) ?? null;
  }

  /** A month's active days, as the service has them. Raises as `ask`. */
  async month(month: string): Promise<Month> {
    const database = this.database;
    const { data } = await this.ask({ method: "GET", path: `/users/me/activity?month=${month}` });
    if (database !== null && database === this.database) await keepMonth(database, data as Month);
    return data as Month;
  }

  /** Ask the service for the profile and all progress. Raises `Unreachable` or `Refused`. */
  async refresh(): Promise<void> {
    const database = this.database;
    if (database === null || (await this.token()) === null) return;
    const [me, { levels }] = await Promise.all([
      this.ask({ method: "GET", path: "/users/me" }),
      this.ask({ method: "GET", path: "/training/progress/levels" }),
    ]);
    // Which of the other levels are open follows from these.
    const told = Object.entries(levels as Record<string, Schemas["LevelBest"]>).map(
      ([level_id, { completed, stars, best_correct }]) => {
        const status: LevelStatus = completed ? "COMPLETED" : "UNLOCKED";
        return { level_id, status, stars, best_correct };
      },
    );
    await this.inTurn(async () => {
      if (database !== this.database) return; // somebody else's turn by now
      await keepProgress(database, me.data as Profile, told);
      await this.read();
    });
    this.moved();
  }

  /** Take in what the sender brought, and look at the outbox again; another window may have signed in or out. */
  takeIn(): Promise<void> {
    return this.inTurn(() => this.takeInNow());
  }

  /** What another window says: something changed, or an answer that it took in. */
  hear(told: Told | "changed"): Promise<void> {
    if (told !== "changed" && told.account === this.account.value) this.note(told);
    return this.takeIn();
  }

  private note({ key, answer }: Told): void {
    this.state.answers.value = new Map(this.state.answers.value).set(key, answer);
  }

  private async takeInNow(): Promise<void> {
    const account = (await readValue(this.device, "account")) ?? GUEST;
    if (account !== this.account.value) return this.show(account);
    const database = this.database;
    if (database === null) return;
    const items = await this.outbox.items(account);
    for (const item of items.filter(({ state }) => state === "answered")) {
      const answer = readAnswer(item.answer);
      if (answer === null) {
        await this.outbox.setAside(item);
        void this.refresh().catch(() => {}); // which tells what it brought
        continue;
      }
      const goal = { min_correct: item.lesson?.min_correct ?? 0, total_questions: answer.total_questions };
      await applyAnswer(database, answer, stars(goal, answer.correct_answers));
      const told = { account, key: item.request.key, answer };
      this.note(told);
      this.moved(told);
      await this.outbox.forget(item);
    }
    await this.read();
  }

  private async leave(account: string): Promise<void> {
    // The next child may be here already.
    if ((await readValue(this.device, "account")) === account) await writeValue(this.device, "account", null);
    await this.takeIn();
    this.moved();
    await this.clean(account);
  }

  /** What was shown of an account leaves the device: on the last board stands its row, among the pictures its own. */
  private async clean(account: string): Promise<void> {
    await writeValue(this.device, "board", null).catch(() => {}); // such as a full disk; the next board takes its place
    await globalThis.caches?.delete(AVATARS).catch(() => {});
    await eraseAccountDatabase(account);
  }

  /** One after the other, because each learner's database is closed when the next one comes. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }

  private async show(account: string): Promise<void> {
    this.database?.close();
    this.database = null;
    const database = await openAccountDatabase(account);
    this.database = database;
    this.state.account.value = account;
    this.state.answers.value = new Map();
    await this.read();
  }

  private async read(): Promise<void> {
    const { database } = this;
    if (database === null) return;
    const account = this.account.value;
    const items = await this.outbox.items(account);
    const profile = (await database.get("profile", "me")) ?? null;
    const levels = await database.getAll("progress");
    const needsSignIn = account !== GUEST && account !== this.leaving && (await this.token()) === null;
    if (database !== this.database) return; // somebody else's by now
    this.state.profile.value = profile;
    this.state.progress.value = new Map(levels.map((level) => [level.level_id, level]));
    this.look();
    this.state.items.value = items;
    this.state.needsSignIn.value = needsSignIn;
  }
}
