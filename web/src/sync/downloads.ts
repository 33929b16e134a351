/** Sections on the device, to be learnt without a network. What has arrived stays if the rest fails; ask again then. */

import type { Level } from "../learning/levels";
import { areKeyed, type Question } from "../learning/questions";
import type { components } from "../openapi";
import type { DeviceDatabase, DownloadedLevel, Section, Unit } from "../store/device-database";
import { transact } from "../store/transact";
import type { Call } from "./service";

type Schemas = components["schemas"];

/** Content older than this is asked for again when there is a network. */
export const FRESH_MS = 24 * 60 * 60 * 1000;
/** Requests at once: enough to hide a slow line's round trips, too few to overload it. */
const AT_ONCE = 4;
const EVERYBODY = "";

interface Api {
  call(call: Call): Promise<Record<string, unknown>>;
}

/** Who downloads; null: a guest, who gets no attempts. */
export type Learner = { account: string; token: string } | null;

export class Downloads {
  constructor(
    private readonly database: DeviceDatabase,
    private readonly api: Api,
    private readonly now: () => number = Date.now,
  ) {}

  /** All sections there are, in order; without units and levels until they are downloaded. */
  async listSections(): Promise<Section[]> {
    const { sections } = (await this.get("/training/sections")) as { sections: Section[] };
    return sections.sort((one, other) => one.order - other.order);
  }

  /**
   * Download a section, its levels first and then the questions of each that are missing or no longer fresh; `arrived`
   * is told how many levels can be learnt. Raises `Unreachable`, `Refused` or `StorageFull`.
   */
  async download(
    section: Section,
    learner: Learner,
    arrived: (done: number, all: number) => void = () => {},
  ): Promise<void> {
    const { units } = (await this.get(`/training/sections/${section.id}/units`)) as { units: Unit[] };
    const whole = await inParallel(units, async (unit) => {
      const { levels } = (await this.get(`/training/units/${unit.id}/levels`)) as { levels: Level[] };
      return { ...unit, levels };
    });
    await transact(this.database, ["sections"], (transaction) =>
      transaction.objectStore("sections").put({ ...section, units: whole }),
    );
    const levels = whole.flatMap((unit) => unit.levels);
    let done = 0;
    await inParallel(levels, async (level) => {
      await this.downloadLevel(level.id, learner);
      arrived(++done, levels.length);
    });
  }

  /** A level's questions as they are on the device; null: none that can be learnt. */
  async findLevel(level_id: string, account: string | null): Promise<DownloadedLevel | null> {
    const own = account === null ? undefined : await this.database.get("levels", [account, level_id]);
    if (own !== undefined && (own.expires_at ?? 0) > this.now()) return own;
    return (await this.database.get("levels", [EVERYBODY, level_id])) ?? null;
  }

  /** An attempt is graded once: when a lesson has begun with it, the next lesson needs another. */
  async useUp(level: DownloadedLevel): Promise<void> {
    if (level.attempt_id !== null) await this.database.delete("levels", [level.account, level.level_id]);
  }

  private async downloadLevel(level_id: string, learner: Learner): Promise<void> {
    const found = await this.findLevel(level_id, learner?.account ?? null);
    const downloaded_at = this.now();
    if (found !== null && downloaded_at - found.downloaded_at < FRESH_MS) return;
    const { questions } = (await this.get(`/training/levels/${level_id}/questions`)) as { questions: Question[] };
    if (areKeyed(questions)) {
      const level = { account: EVERYBODY, level_id, attempt_id: null, expires_at: null, downloaded_at, questions };
      return this.keep(level);
    }
    if (learner === null) return; // the service grades, and gives attempts to accounts only
    const { account, token } = learner;
    const path = `/training/levels/${level_id}/attempts`;
    const attempt = (await this.api.call({ method: "POST", path, token })) as Schemas["AttemptOut"];
    const { attempt_id } = attempt;
    const expires_at = Date.parse(attempt.expires_at);
    await this.keep({ account, level_id, attempt_id, expires_at, downloaded_at, questions: attempt.questions });
  }

  private async keep(level: DownloadedLevel): Promise<void> {
    await transact(this.database, ["levels"], (transaction) => transaction.objectStore("levels").put(level));
  }

  private get(path: string): Promise<Record<string, unknown>> {
    return this.api.call({ method: "GET", path });
  }
}

/** In order of `items`; after the first failure nothing new is begun. */
async function inParallel<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let hasFailed = false;
  const worker = async () => {
    while (next < items.length && !hasFailed) {
      const place = next++;
      try {
        results[place] = await work(items[place] as T);
      } catch (error) {
        hasFailed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}
