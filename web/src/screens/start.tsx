import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { Camp } from "../art/camp";
import type { Level } from "../learning/levels";
import { hasBegun, language } from "../preferences";
import { go, href } from "../routes";
import type { DownloadedSection } from "../store/device-database";
import { StorageFull } from "../store/transact";
import { text } from "../texts";

/** The first screen of all: one tap from the first question, no account and no menu. */
export function StartScreen() {
  const app = useApp();
  const [state, setState] = useState<"ready" | "loading" | "offline" | "full">("ready");
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = "Scout OS";
    heading.current?.focus({ preventScroll: true });
  }, []);
  const first = firstLevel([...app.content.downloaded.value.values()]);
  const isReady = first !== null && (language.value === "id" || first.section.has_english !== false);
  useEffect(() => {
    if (first === null || state !== "loading") return;
    if (isReady) return begin(first);
    app.content.download(first.section.id, null).catch(() => begin(first)); // better than no lesson
  }, [first?.section, isReady, state]);
  const start = async () => {
    setState("loading");
    if (first === null)
      await app.content.refresh().catch((error) => setState(error instanceof StorageFull ? "full" : "offline"));
  };
  return (
    <main class="start">
      <button
        type="button"
        class="button plain other-language"
        lang={language.value === "id" ? "en" : "id"}
        onClick={() => {
          language.value = language.value === "id" ? "en" : "id";
        }}
      >
        {text(language.value === "id" ? "settings.language.en" : "settings.language.id")}
      </button>
      <Camp />
      <div class="words">
        <p class="brand">Scout OS</p>
        <h1 ref={heading} tabIndex={-1}>
          {text("start.title")}
        </h1>
        <p>{text("start.text")}</p>
        <button type="button" class="button go" onClick={start} aria-busy={state === "loading"}>
          {text(state === "loading" ? "start.loading" : state === "ready" ? "start.go" : "start.again")}
        </button>
        <p role="status">
          {state === "offline" && text("start.offline")}
          {state === "full" && text("problem.storage_full")}
        </p>
        <p class="quiet">
          {text("account.have")} <a href={href({ screen: "sign-in" })}>{text("account.sign_in")}</a>
        </p>
      </div>
    </main>
  );
}

type First = { section: DownloadedSection; level: Level };

/** The very first level there is; null: not on the device yet. */
function firstLevel(sections: DownloadedSection[]): First | null {
  const section = sections.sort((one, other) => one.order - other.order)[0];
  const level = section?.units[0]?.levels[0];
  return section === undefined || level === undefined ? null : { section, level };
}

function begin({ section, level }: First): void {
  hasBegun.value = "yes";
  go({ screen: "path" }, { replace: true }); // where back leads
  // Where the service grades, lessons need an account.
  if (section.grading === "server") go({ screen: "sign-up" });
  else go({ screen: "lesson", level: level.id });
}
