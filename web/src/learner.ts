/** Who uses the device, and what they have reached: as the service last told it, and what waits to be sent. */

import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { localDay, streakAsShown } from "./learning/days";
import { type Level, type LevelStatus, stars, statusesAsShown } from "./learning/levels";
import type { components } from "./openapi";
import {
  type AccountDatabase,
  applyAnswer,
  keepProgress,
  type LevelProgress,
  openAccountDatabase,
  type Profile,
  type SubmitAnswer,
} from "./store/account-database";
import { type DeviceDatabase, readValue, writeValue } from "./store/device-database";
import { GUEST, type Item, type OutboxDatabase } from "./store/outbox-database";
import type { GuestLessons, Outbox } from "./sync/outbox";
import type { Service } from "./sync/service";
import { type Waiting, whatWaits } from "./sync/waiting";

type Schemas = components["schemas"];

const NOBODY: Waiting = { passed: new Set(), days: [] };
const TIMEZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

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
  readonly streak: ReadonlySignal<number>;
  readonly totalXp: ReadonlySignal<number>;

  private readonly state = {
    account: signal<string>(GUEST),
    profile: signal<Profile | null>(null),
    progress: signal<ReadonlyMap<string, LevelProgress>>(new Map()),
    items: signal<readonly Item[]>([]),
    answers: signal<ReadonlyMap<string, SubmitAnswer>>(new Map()),
    needsSignIn: signal(false),
  };
  private database: AccountDatabase | null = null;

  constructor(
    private readonly device: DeviceDatabase,
    private readonly outboxDatabase: OutboxDatabase,
    private readonly outbox: Outbox,
    private readonly service: Service,
    now: () => number = Date.now,
  ) {
    const { account, profile, progress, items, answers, needsSignIn } = this.state;
    this.account = account;
    this.profile = profile;
    this.progress = progress;
    this.items = items;
    this.answers = answers;
    this.needsSignIn = needsSignIn;
    this.isGuest = computed(() => account.value === GUEST);
    const timezone = computed(() => profile.value?.timezone ?? TIMEZONE);
    this.waiting = computed(() => (items.value.length === 0 ? NOBODY : whatWaits(items.value, timezone.value, now())));
    this.streak = computed(() => {
      const known = profile.value ?? { streak: 0, last_active_date: null };
      return streakAsShown(known, this.waiting.value.days, localDay(now(), timezone.value));
    });
    this.totalXp = computed(() => profile.value?.total_xp ?? 0);
  }

  /** Show whoever the device last knew. */
  async load(): Promise<void> {
    await this.show((await readValue(this.device, "account")) ?? GUEST);
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

  /** Sign in with an answer of `/auth/…`; what the guest learned goes where the learner chose. */
  async signIn(session: { access_token: string; user: { id: number } }, guestLessons: GuestLessons): Promise<void> {
    const account = String(session.user.id);
    await this.outbox.signIn(account, session.access_token, guestLessons);
    await writeValue(this.device, "account", account);
    await this.show(account);
    await this.refresh();
  }

  /** Sign out; what waits is sent first, as soon as it can be. */
  async signOut(): Promise<void> {
    await this.outbox.signOut(this.account.value, crypto.randomUUID());
    await writeValue(this.device, "account", null);
    await this.show(GUEST);
  }

  /** Ask the service for the profile and all progress. Raises `Unreachable` or `Refused`. */
  async refresh(): Promise<void> {
    const token = await this.token();
    const database = this.database;
    if (token === null || database === null) return;
    const me = await this.service.call({ method: "GET", path: "/users/me", token });
    const levels = await this.service.call({ method: "GET", path: "/training/progress/levels", token });
    const states = await this.service.call({ method: "GET", path: "/training/progress/state", token });
    const bests = levels.levels as Record<string, Schemas["LevelBest"]>;
    const told = Object.entries(states.progress as Record<string, LevelStatus>).map(([level_id, status]) => {
      const { stars = 0, best_correct = 0 } = bests[level_id] ?? {};
      return { level_id, status, stars, best_correct };
    });
    await keepProgress(database, me.data as Profile, told);
    if (database === this.database) await this.read();
  }

  /** Take in what the sender brought, and look at the outbox again. */
  async takeIn(): Promise<void> {
    const database = this.database;
    if (database === null) return;
    const items = await this.outbox.items(this.account.value);
    for (const item of items.filter(({ state }) => state === "answered")) {
      const answer = item.answer as SubmitAnswer;
      const goal = { min_correct: item.lesson?.min_correct ?? 0, total_questions: answer.total_questions };
      await applyAnswer(database, answer, stars(goal, answer.correct_answers));
      this.state.answers.value = new Map(this.state.answers.value).set(item.request.key, answer);
      await this.outbox.forget(item);
    }
    if (database === this.database) await this.read();
  }

  private async show(account: string): Promise<void> {
    this.database?.close();
    this.database = await openAccountDatabase(account);
    this.state.account.value = account;
    this.state.answers.value = new Map();
    await this.read();
  }

  private async read(): Promise<void> {
    const { database } = this;
    if (database === null) return;
    const account = this.account.value;
    const items = await this.outbox.items(account);
    this.state.profile.value = (await database.get("profile", "me")) ?? null;
    this.state.progress.value = new Map((await database.getAll("progress")).map((level) => [level.level_id, level]));
    this.state.items.value = items;
    this.state.needsSignIn.value = account !== GUEST && (await this.token()) === null;
  }
}
