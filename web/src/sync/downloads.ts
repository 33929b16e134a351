/** Sections on the device, to be learnt without a network. Each arrives in one answer, whole or not at all. */

import { type Question, SHOWN_KINDS } from "../learning/questions";
import type { components } from "../openapi";
import {
  type DeviceDatabase,
  type DownloadedLevel,
  type DownloadedSection,
  readValue,
  type Section,
  writeValue,
} from "../store/device-database";
import { transact } from "../store/transact";
import type { Call, Json, Tagged } from "./service";

type Schemas = components["schemas"];
type Content = Schemas["SectionContent"];

/** Content older than this is asked for again when there is a network. */
export const FRESH_MS = 24 * 60 * 60 * 1000;
const EVERYBODY = "";

type UsedAttempt = Pick<DownloadedLevel, "account" | "level_id" | "attempt_id">;

interface Api {
  call(call: Call): Promise<Json>;
  getIfChanged(path: string, etag: string | null): Promise<Tagged | null>;
  size(path: string): Promise<number | null>;
}

/** Who downloads; null: a guest, who gets no attempts. */
export type Learner = { account: string; token: string } | null;

export class Downloads {
  private readonly sizes = new Map<string, number>();

  constructor(
    private readonly database: DeviceDatabase,
    private readonly api: Api,
    private readonly now: () => number = Date.now,
    /** Whether questions are wanted in English too; without it, a section is a quarter smaller. */
    private readonly wantsEnglish: () => boolean = () => true,
  ) {}

  /** All sections there are, in order; without units and levels until they are downloaded. */
  async listSections(): Promise<readonly Section[]> {
    const [known, etag] = [await readValue(this.database, "sections"), await readValue(this.database, "sections_etag")];
    const answer = await this.api.getIfChanged("/training/sections", known === null ? null : etag);
    if (answer === null) return known ?? [];
    const sections = (answer.content.sections as Section[]).sort((one, other) => one.order - other.order);
    await writeValue(this.database, "sections", sections);
    await writeValue(this.database, "sections_etag", answer.etag);
    return sections;
  }

  /** The first section, where nothing is known yet: one request until the first question. */
  async downloadFirst(): Promise<void> {
    const has_english = this.wantsEnglish();
    const answer = await this.api.getIfChanged(inLanguages("/training/first-section/content", has_english), null);
    if (answer !== null) await this.keep(answer.content as unknown as Content, answer.etag, has_english);
  }

  /**
   * Download a section if it is missing or no longer fresh, and the attempts that the learner needs where the service
   * grades. Raises `Unreachable`, `Refused` or `StorageFull`; what was there stays.
   */
  async download(id: string, learner: Learner): Promise<void> {
    const known = await this.database.get("sections", id);
    let hasChanged = false;
    const has_english = this.wantsEnglish();
    const lacksEnglish = has_english && known?.has_english === false;
    if (known === undefined || lacksEnglish || !this.isFresh(known.downloaded_at)) {
      const answer = await this.api.getIfChanged(contentOf(id, has_english), known?.etag ?? null);
      hasChanged = answer !== null;
      if (answer !== null) await this.keep(answer.content as unknown as Content, answer.etag, has_english);
      else if (known !== undefined) await this.put({ ...known, has_english, downloaded_at: this.now() });
    }
    const section = await this.database.get("sections", id);
    if (section?.grading !== "server" || learner === null) return;
    // Attempts are good for the questions as they were then.
    const lacking = hasChanged ? levelIds(section) : await this.lacksAttempts(section, learner.account);
    await this.startAttempts(section, lacking, learner);
  }

  /** How many bytes a section takes on the line, asked once; null: nobody can tell. */
  async size(id: string): Promise<number | null> {
    const path = contentOf(id, this.wantsEnglish());
    const size = this.sizes.get(path) ?? (await this.api.size(path));
    if (size !== null) this.sizes.set(path, size);
    return size;
  }

  /** A level's questions as they are on the device; null: none that can be learnt. */
  async findLevel(level_id: string, account: string | null): Promise<DownloadedLevel | null> {
    const own = account === null ? undefined : await this.database.get("levels", [account, level_id]);
    if (own !== undefined && (own.expires_at ?? 0) > this.now()) return own;
    return (await this.database.get("levels", [EVERYBODY, level_id])) ?? null;
  }

  /** An attempt is graded once: when a lesson has begun with it, the next lesson needs another. */
  async useUp({ account, level_id, attempt_id }: UsedAttempt): Promise<void> {
    if (attempt_id === null) return;
    await transact(this.database, ["levels"], async (transaction) => {
      const levels = transaction.objectStore("levels");
      const kept = await levels.get([account, level_id]);
      if (kept?.attempt_id === attempt_id) await levels.delete([account, level_id]); // else there is a newer one
    });
  }

  /** Take everything off the device that can be downloaded again. */
  async removeAll(): Promise<void> {
    await transact(this.database, ["sections", "levels"], async (transaction) => {
      await transaction.objectStore("sections").clear();
      await transaction.objectStore("levels").clear();
    });
  }

  private async keep({ section, grading, units }: Content, etag: string | null, has_english: boolean): Promise<void> {
    const downloaded_at = this.now();
    const levels = units.flatMap((unit) => unit.levels);
    const kept: DownloadedSection = {
      ...section,
      units: units.map((unit) => ({ ...unit, levels: unit.levels.map(({ questions: _, ...level }) => level) })),
      grading,
      etag,
      has_english,
      downloaded_at,
    };
    await transact(this.database, ["sections", "levels"], async (transaction) => {
      await transaction.objectStore("sections").put(kept);
      const all = transaction.objectStore("levels");
      for (const { id: level_id, questions } of levels) {
        if (questions === null) await all.delete([EVERYBODY, level_id]);
        else {
          const own = { account: EVERYBODY, level_id, attempt_id: null, expires_at: null, downloaded_at };
          await all.put({ ...own, questions: questions as Question[] });
        }
      }
    });
  }

  /** The levels at which this account has no fresh attempt. */
  private async lacksAttempts(section: DownloadedSection, account: string): Promise<string[]> {
    const ids = levelIds(section);
    const found = await Promise.all(ids.map((id) => this.findLevel(id, account)));
    return ids.filter((_, place) => !this.isFresh(found[place]?.downloaded_at ?? 0));
  }

  /** New attempts in one request: at the level that lacks one, as after each lesson, or at all of the section. */
  private async startAttempts(
    section: DownloadedSection,
    [first, ...others]: readonly string[],
    { account, token }: NonNullable<Learner>,
  ): Promise<void> {
    if (first === undefined) return;
    const of = others.length === 0 ? `levels/${first}` : `sections/${section.id}`;
    const body = JSON.stringify({ kinds: SHOWN_KINDS });
    const answer = await this.api.call({ method: "POST", path: `/training/${of}/attempts`, body, token });
    const attempts = (others.length === 0 ? [answer] : answer.attempts) as Schemas["AttemptOut"][];
    const downloaded_at = this.now();
    await transact(this.database, ["levels"], async (transaction) => {
      for (const { attempt_id, level_id, expires_at, questions } of attempts) {
        const until = Date.parse(expires_at);
        const level = { account, level_id, attempt_id, expires_at: until, downloaded_at, questions };
        await transaction.objectStore("levels").put(level);
      }
    });
  }

  /** What seems to come from far ahead does not: the clock was wrong then. A second ahead is no fault, as seals are whole seconds. */
  private isFresh(downloaded_at: number): boolean {
    return Math.abs(this.now() - downloaded_at) < FRESH_MS;
  }

  private async put(section: DownloadedSection): Promise<void> {
    await transact(this.database, ["sections"], (transaction) => transaction.objectStore("sections").put(section));
  }
}

function levelIds({ units }: DownloadedSection): string[] {
  return units.flatMap(({ levels }) => levels.map(({ id }) => id));
}

function contentOf(section_id: string, english: boolean): string {
  return inLanguages(`/training/sections/${section_id}/content`, english);
}

function inLanguages(path: string, english: boolean): string {
  return english ? path : `${path}?english=false`;
}
