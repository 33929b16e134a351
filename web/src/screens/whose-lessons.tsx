import { useEffect, useState } from "preact/hooks";
import type { Session } from "../account/accounts";
import { useApp } from "../app";
import { Ask } from "../parts/ask";
import { Screen } from "../parts/screen";
import { hasBegun } from "../preferences";
import { go } from "../routes";
import type { Guest } from "../sync/outbox";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";
import { when } from "./waiting";

/** Ends a sign-in or sign-up. If somebody learned as a guest, it asks first whether it was the same learner. */
export function WhoseLessons({ session }: { session: Session }) {
  const app = useApp();
  const [guests, setGuests] = useState<readonly Guest[]>([]);
  /** Asked about before it is dropped. */
  const [dropped, setDropped] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const enter = async (wasGuest: string | null) => {
    hasBegun.value = "yes";
    await app.learner.signIn(session, wasGuest);
    app.wake();
    go({ screen: "path" }, { replace: true });
  };
  const look = async () => {
    const found = await app.outbox.guests();
    if (found.length === 0) await enter(null);
    setGuests(found);
  };
  const attempt = (work: () => Promise<void>) => () => work().catch((error) => setProblem(wordsFor(error)));
  const drop = async (account: string) => {
    await app.outbox.erase(account);
    await look();
  };
  useEffect(() => void attempt(look)(), [session]);
  if (guests.length === 0) {
    return (
      <Screen title={text("account.sign_in")}>
        <p role="status">{problem ?? text("shell.loading")}</p>
      </Screen>
    );
  }
  return (
    <Screen title={text("guest.title")}>
      <p>{text("guest.text")}</p>
      {guests.map(({ account, finished }) => (
        <div class="card" key={account}>
          <ul class="plain-list">
            {finished.map((lesson) => (
              <li key={lesson.done_at}>
                <b>{lesson.title}</b>, {when(lesson.done_at)}
              </li>
            ))}
            {finished.length === 0 && <li>{text("guest.some")}</li>}
          </ul>
          <button type="button" class="button" onClick={attempt(() => enter(account))}>
            {text("guest.claim")}
          </button>
          <button type="button" class="button plain" onClick={() => setDropped(account)}>
            {text("guest.drop")}
          </button>
        </div>
      ))}
      <button type="button" class="button outlined" onClick={attempt(() => enter(null))}>
        {text("guest.keep")}
      </button>
      {problem !== null && <p role="alert">{problem}</p>}
      {dropped !== null && (
        <Ask
          title={text("guest.drop.title")}
          yes={text("guest.drop.yes")}
          isDanger
          answer={(isYes) => {
            setDropped(null);
            if (isYes) attempt(() => drop(dropped))();
          }}
        />
      )}
    </Screen>
  );
}
