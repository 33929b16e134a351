import { useEffect, useState } from "preact/hooks";
import { type App, useApp } from "../app";
import { EnterLink } from "../parts/enter-link";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { SectionLinks } from "../parts/section-links";
import { Trail } from "../parts/trail";
import { language } from "../preferences";
import type { DownloadedSection } from "../store/device-database";
import { StorageFull } from "../store/transact";
import { languageOf, number, pick, text } from "../texts";

/** A section's units and levels; without `sectionId`, the section in which the learner is. */
export function PathScreen({ sectionId }: { sectionId: string | undefined }) {
  const app = useApp();
  const id = sectionId ?? presentSection(app);
  const section = id === undefined ? undefined : app.content.downloaded.value.get(id);
  const problem = useDownload(app, id);
  return (
    <Screen title={text("path.title")} bar={<Figures />}>
      {id !== undefined && <SectionLinks present={id} />}
      {section !== undefined && <Units section={section} />}
      {section === undefined && <Absent problem={problem} />}
    </Screen>
  );
}

/** The first section with a level that is open and not done; else the first of all. */
function presentSection({ content, learner }: App): string | undefined {
  const sections = content.sections.value ?? [];
  const open = sections.find(({ id }) => {
    const levels = content.downloaded.value.get(id)?.units.flatMap((unit) => unit.levels) ?? [];
    return Object.values(learner.statuses(levels)).includes("UNLOCKED");
  });
  return (open ?? sections[0])?.id;
}

/** Streak and XP, small, in the bar. */
function Figures() {
  const { learner } = useApp();
  const [streak, xp] = [learner.streak.value, learner.totalXp.value];
  return (
    <span class="figures">
      <span class="figure fire" data-is-lit={streak > 0}>
        <Icon name="fire" filled={streak > 0} />
        <span aria-hidden="true">{number(streak)}</span>
        <span class="for-ears">{text("path.streak", { n: number(streak) })}</span>
      </span>
      {!learner.isGuest.value && (
        <span class="figure gold">
          <Icon name="bolt" filled />
          <span aria-hidden="true">{text("path.xp", { xp: number(xp) })}</span>
          <span class="for-ears">{text("path.total_xp", { xp: number(xp) })}</span>
        </span>
      )}
    </span>
  );
}

/** Bring the section that is looked at; what went wrong, or null. */
function useDownload(app: App, id: string | undefined): string | null {
  const [problem, setProblem] = useState<{ id: string; words: string } | null>(null);
  const account = app.learner.account.value;
  const isReachable = app.isReachable.value;
  const wanted = language.value; // other texts may have to come
  useEffect(() => {
    if (id === undefined) return;
    const download = async () => {
      await app.content.download(id, await app.learner.downloader());
      setProblem((told) => (told?.id === id ? null : told));
    };
    download().catch((error) => {
      setProblem({ id, words: text(error instanceof StorageFull ? "problem.storage_full" : "path.offline") });
    });
  }, [app, id, account, isReachable, wanted]);
  return problem?.id === id ? (problem?.words ?? null) : null;
}

function Absent({ problem }: { problem: string | null }) {
  const { content, isReachable } = useApp();
  const isLoading = problem === null && (isReachable.value || content.sections.value !== null);
  return (
    <div class="card absent" role="status">
      <Icon name={isLoading ? "download" : "cloud"} />
      <p>{isLoading ? text("shell.loading") : (problem ?? text("path.offline"))}</p>
    </div>
  );
}

function Units({ section }: { section: DownloadedSection }) {
  const { learner } = useApp();
  const all = section.units.flatMap((unit) => unit.levels);
  const statuses = learner.statuses(all);
  const here = all.find((level) => statuses[level.id] === "UNLOCKED")?.id ?? null;
  const needsAccount = section.grading === "server" && learner.isGuest.value;
  if (all.length === 0) return <p>{text("path.none")}</p>;
  return (
    <>
      {needsAccount && (
        <div class="card">
          <p>{text("path.account_first")}</p>
          <EnterLink to="sign-up" />
        </div>
      )}
      {section.units.map((unit, place) => {
        const done = unit.levels.filter(({ id }) => statuses[id] === "COMPLETED").length;
        const progress = text("path.progress", { n: done, all: unit.levels.length });
        return (
          <section key={unit.id} class="unit" aria-labelledby={`unit-${unit.id}`}>
            <header>
              <p>{text("path.unit", { n: place + 1 })}</p>
              <h2 id={`unit-${unit.id}`} lang={languageOf(unit.title_en)}>
                {pick(unit.title, unit.title_en)}
              </h2>
              <div class="unit-progress">
                <progress max={unit.levels.length} value={done} aria-label={progress} />
                <span aria-hidden="true">{progress}</span>
              </div>
            </header>
            <Trail levels={unit.levels} statuses={statuses} here={here} canBegin={!needsAccount} />
          </section>
        );
      })}
    </>
  );
}
