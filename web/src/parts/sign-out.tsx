import { useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { go } from "../routes";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";
import { Ask } from "./ask";

/** Asks, says what becomes of what waits, and signs out. `thenSignIn`: the phone goes to the next child. */
export function SignOut({ thenSignIn, cancel }: { thenSignIn: boolean; cancel(): void }) {
  const { learner, sender } = useApp();
  // As it was when this was asked: while it is done, the account and its lessons are gone already.
  const [asked] = useState(() => ({
    n: learner.items.value.filter(({ state }) => state === "waiting").length,
    needsSignIn: learner.needsSignIn.value,
  }));
  const [problem, setProblem] = useState<string | null>(null);
  const isLeaving = useRef(false);
  const leave = async () => {
    if (isLeaving.current) return; // a second tap would sign out the guest who is here by now
    isLeaving.current = true;
    try {
      await learner.signOut();
    } catch (error) {
      isLeaving.current = false;
      return setProblem(wordsFor(error));
    }
    sender.hurry();
    go({ screen: thenSignIn ? "sign-in" : "path" }, { replace: true });
  };
  const { n, needsSignIn } = asked;
  const words = n === 0 ? "me.sign_out.clean" : needsSignIn ? "me.sign_out.needs" : "me.sign_out.waits";
  return (
    <Ask
      title={text("me.sign_out.title")}
      yes={text(thenSignIn ? "me.switch" : "me.sign_out")}
      answer={(isYes) => (isYes ? void leave() : cancel())}
    >
      <p>{text(words, { n })}</p>
      {problem !== null && <p role="alert">{problem}</p>}
    </Ask>
  );
}

/** A guest hands the phone to the next child. */
export function NextGuest({ cancel }: { cancel(): void }) {
  const { learner } = useApp();
  const [problem, setProblem] = useState<string | null>(null);
  const leave = async () => {
    try {
      await learner.partWithGuest();
    } catch (error) {
      return setProblem(wordsFor(error));
    }
    go({ screen: "path" }, { replace: true });
  };
  return (
    <Ask title={text("me.switch.title")} yes={text("me.switch")} answer={(isYes) => (isYes ? void leave() : cancel())}>
      <p>{text("me.switch.guest")}</p>
      {problem !== null && <p role="alert">{problem}</p>}
    </Ask>
  );
}
