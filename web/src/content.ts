/** The content on the device: sections, their levels, their questions. */

import { effect, type ReadonlySignal, signal } from "@preact/signals";
import type { Level } from "./learning/levels";
import { drawingsOf } from "./learning/media";
import { type DeviceDatabase, type DownloadedSection, readValue, type Section } from "./store/device-database";
import type { Learner as Downloader, Downloads } from "./sync/downloads";

export class Content {
  /** All sections there are, in order; null until they are known. */
  readonly sections: ReadonlySignal<readonly Section[] | null>;
  /** Those on the device, by id. */
  readonly downloaded: ReadonlySignal<ReadonlyMap<string, DownloadedSection>>;

  private readonly state = {
    sections: signal<readonly Section[] | null>(null),
    downloaded: signal<ReadonlyMap<string, DownloadedSection>>(new Map()),
  };
  private refreshing: Promise<void> | null = null;
  /** By the tag of their content. */
  private readonly withDrawings = new Map<string, string | null>();

  constructor(
    private readonly device: DeviceDatabase,
    readonly downloads: Downloads,
    /** Told which drawings a section needs that has arrived. */
    private readonly keepDrawings: (urls: readonly string[]) => void = () => {},
  ) {
    this.sections = this.state.sections;
    this.downloaded = this.state.downloaded;
  }

  /** Show what is on the device. */
  async load(): Promise<void> {
    const downloaded = (await this.device.getAll("sections")).sort((one, other) => one.order - other.order);
    const sections = await readValue(this.device, "sections");
    this.state.sections.value = sections ?? (downloaded.length > 0 ? downloaded : null);
    this.state.downloaded.value = new Map(downloaded.map((section) => [section.id, section]));
  }

  /** Resolves when there is something to learn on the device. */
  arrives(): Promise<void> {
    return new Promise((done) => {
      const stop = effect(() => {
        if (this.downloaded.value.size === 0) return;
        done();
        queueMicrotask(() => stop());
      });
    });
  }

  /** Ask which sections there are; where nothing is known yet, the first one comes before. Raises as `download`. */
  refresh(): Promise<void> {
    // Whoever asks meanwhile waits for the same answer: on a slow line, a second one would delay both.
    this.refreshing ??= this.askForNews().finally(() => {
      this.refreshing = null;
    });
    return this.refreshing;
  }

  private async askForNews(): Promise<void> {
    if (this.downloaded.value.size === 0) {
      await this.downloads.downloadFirst();
      await this.load();
      for (const id of this.downloaded.value.keys()) await this.findDrawings(id, null);
    }
    this.state.sections.value = await this.downloads.listSections();
  }

  /** Bring a section to the device, or its news. Raises `Unreachable`, `Refused` or `StorageFull`. */
  async download(id: string, learner: Downloader): Promise<void> {
    await this.downloads.download(id, learner);
    await this.load();
    await this.findDrawings(id, learner);
  }

  /** Sections that are not on the device. */
  missing(): Section[] {
    return (this.sections.value ?? []).filter(({ id }) => !this.downloaded.value.has(id));
  }

  /** Bring all sections; `arrived` is told how many came. Raises as `download`; what came stays. */
  async downloadAll(learner: Downloader, arrived: (done: number, all: number) => void = () => {}): Promise<void> {
    const sections = this.sections.value ?? [];
    for (const [done, { id }] of sections.entries()) {
      await this.download(id, learner);
      arrived(done + 1, sections.length);
    }
  }

  /** Take all content off the device. */
  async removeAll(): Promise<void> {
    await this.downloads.removeAll();
    await this.load();
  }

  /** A level on the device and its section; null: not there. */
  findLevel(level_id: string): { section: DownloadedSection; level: Level } | null {
    for (const section of this.downloaded.value.values()) {
      const level = section.units.flatMap((unit) => unit.levels).find(({ id }) => id === level_id);
      if (level !== undefined) return { section, level };
    }
    return null;
  }

  /** Once for each version of a section, while the window is open. */
  private async findDrawings(section_id: string, learner: Downloader): Promise<void> {
    const section = this.downloaded.value.get(section_id);
    if (section === undefined || this.withDrawings.get(section_id) === section.etag) return;
    this.withDrawings.set(section_id, section.etag);
    const ids = section.units.flatMap((unit) => unit.levels.map(({ id }) => id));
    const levels = await Promise.all(ids.map((id) => this.downloads.findLevel(id, learner?.account ?? null)));
    this.keepDrawings([...new Set(levels.flatMap((level) => level?.questions.flatMap(drawingsOf) ?? []))]);
  }
}
