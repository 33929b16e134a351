import { useEffect, useState } from "preact/hooks";
import { type App, useApp } from "../app";
import type { Level, LevelStatus } from "../learning/levels";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { href } from "../routes";
import type { DownloadedSection } from "../store/device-database";
import { StorageFull } from "../store/transact";
import { pick, text } from "../texts";

/** A section's units and levels; the first one if none is named. */
export function PathScreen({ sectionId }: { sectionId: string | undefined }) {
  const app = useApp();
  const sections = app.content.sections.value;
  const id = sectionId ?? sections?.[0]?.id;
  const section = id === undefined ? undefined : app.content.downloaded.value.get(id);
  const problem = useDownload(app, id);
  return (
    <Screen title={text("path.title")}>
      <nav class="sections">
        {sections?.map((each) => (
          <a
            key={each.id}
            href={href({ screen: "path", section: each.id })}
            aria-current={each.id === id ? "page" : undefined}
          >
            {pick(each.title, each.title_en)}
          </a>
        ))}
      </nav>
      {section !== undefined && <Units section={section} />}
      {section === undefined && <p role="status">{problem ?? text("shell.loading")}</p>}
    </Screen>
  );
}

/** Bring the section that is looked at; what went wrong, or null. */
function useDownload(app: App, id: string | undefined): string | null {
  const [problem, setProblem] = useState<string | null>(null);
  const account = app.learner.account.value;
  useEffect(() => {
    const section = app.content.sections.value?.find((each) => each.id === id);
    if (section === undefined) return;
    const download = async () => {
      const token = await app.learner.token();
      await app.content.download(section.id, token === null ? null : { account, token });
      setProblem(null);
    };
    download().catch((error) => {
      setProblem(text(error instanceof StorageFull ? "problem.storage_full" : "path.offline"));
    });
  }, [app, id, account]);
  return problem;
}

function Units({ section }: { section: DownloadedSection }) {
  const { learner } = useApp();
  const statuses = learner.statuses(section.units.flatMap((unit) => unit.levels));
  return section.units.map((unit) => (
    <section key={unit.id} class="card">
      <h2>{pick(unit.title, unit.title_en)}</h2>
      {unit.levels.map((level) => (
        <LevelLink key={level.id} level={level} status={statuses[level.id] ?? "LOCKED"} stars={learner.stars(level)} />
      ))}
    </section>
  ));
}

function LevelLink({ level, status, stars }: { level: Level; status: LevelStatus; stars: number }) {
  const title = pick(level.title, level.title_en);
  if (status === "LOCKED") {
    return (
      <p class="level quiet">
        <Icon name="lock" /> {title} <span class="for-ears">{text("path.locked")}</span>
      </p>
    );
  }
  return (
    <a class="level" href={href({ screen: "lesson", level: level.id })}>
      <Icon name="star" filled={stars > 0} /> {title}
      <span class="for-ears">{text("path.stars", { n: stars })}</span>
    </a>
  );
}
