import { useEffect, useState } from "preact/hooks";
import type { Session } from "../account/accounts";
import { useApp } from "../app";
import { Screen } from "../parts/screen";
import { hasBegun } from "../preferences";
import { go } from "../routes";
import { GUEST } from "../store/outbox-database";
import type { GuestLessons } from "../sync/outbox";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";

/** Ends a sign-in. If somebody learned as a guest, it asks first, once, whether it was the same learner. */
export function WhoseLessons({ session }: { session: Session }) {
  const app = useApp();
  const [titles, setTitles] = useState<string[] | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async (choice: GuestLessons) => {
    try {
      hasBegun.value = "yes";
      await app.learner.signIn(session, choice);
      app.wake();
      go({ screen: "path" }, { replace: true });
    } catch (error) {
      setProblem(wordsFor(error));
    }
  };
  useEffect(() => {
    const look = async () => {
      if (!(await app.outbox.hasGuestLessons())) return enter("keep");
      const items = await app.outbox.items(GUEST);
      setTitles(items.flatMap(({ lesson }) => (lesson === null ? [] : [lesson.title])));
    };
    void look();
  }, [session]);
  if (titles === null) {
    return (
      <Screen title={text("account.sign_in")}>
        <p role="status">{problem ?? text("shell.loading")}</p>
      </Screen>
    );
  }
  return (
    <Screen title={text("guest.title")}>
      <div class="card">
        <p>{text("guest.text")}</p>
        <ul class="plain-list">
          {titles.map((title) => (
            <li key={title}>{title}</li>
          ))}
          {titles.length === 0 && <li>{text("guest.some")}</li>}
        </ul>
        <button type="button" class="button" onClick={() => enter("claim")}>
          {text("guest.claim")}
        </button>
        <button type="button" class="button outlined" onClick={() => enter("keep")}>
          {text("guest.keep")}
        </button>
        <button type="button" class="button plain" onClick={() => enter("drop")}>
          {text("guest.drop")}
        </button>
        {problem !== null && <p role="alert">{problem}</p>}
      </div>
    </Screen>
  );
}
