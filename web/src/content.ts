/** The content on the device: sections, their levels, their questions. */

import { type ReadonlySignal, signal } from "@preact/signals";
import type { Level } from "./learning/levels";
import {
  type DeviceDatabase,
  type DownloadedSection,
  readValue,
  type Section,
  writeValue,
} from "./store/device-database";
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

  constructor(
    private readonly device: DeviceDatabase,
    readonly downloads: Downloads,
  ) {
    this.sections = this.state.sections;
    this.downloaded = this.state.downloaded;
  }

  /** Show what is on the device. */
  async load(): Promise<void> {
    this.state.sections.value = await readValue(this.device, "sections");
    const downloaded = await this.device.getAll("sections");
    this.state.downloaded.value = new Map(downloaded.map((section) => [section.id, section]));
  }

  /** Ask which sections there are. Raises `Unreachable` or `Refused`. */
  async refresh(): Promise<void> {
    const sections = await this.downloads.listSections();
    await writeValue(this.device, "sections", sections);
    this.state.sections.value = sections;
  }

  /** Bring a section to the device, or its news. Raises `Unreachable`, `Refused` or `StorageFull`. */
  async download(section: Section, learner: Downloader): Promise<void> {
    try {
      await this.downloads.download(section, learner);
    } finally {
      await this.load(); // what has arrived stays
    }
  }

  /** A level on the device and its section; null: not there. */
  findLevel(level_id: string): { section: DownloadedSection; level: Level } | null {
    for (const section of this.downloaded.value.values()) {
      const level = section.units.flatMap((unit) => unit.levels).find(({ id }) => id === level_id);
      if (level !== undefined) return { section, level };
    }
    return null;
  }
}
