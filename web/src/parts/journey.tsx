import { useApp } from "../app";
import type { Journey as State } from "../learning/outcome";
import { href, leave } from "../routes";
import type { Item } from "../store/outbox-database";
import { UNREADABLE_ANSWER } from "../sync/outbox";
import { type TextKey, text } from "../texts";
import { Icon, type IconName } from "./icon";
import { useTold } from "./told";

const ICONS: Record<State, IconName> = {
  guest: "person",
  sending: "cloud_up",
  waits: "cloud",
  locked: "lock",
  needs_sign_in: "person",
  refused: "again",
  counted: "right",
};

const TOLD: Record<Exclude<State, "refused">, TextKey> = {
  guest: "result.guest",
  sending: "result.sending",
  waits: "result.waits",
  locked: "result.locked",
  needs_sign_in: "result.sign_in_why",
  counted: "result.sent",
};

const REFUSALS: Record<string, TextKey> = {
  unknown_level: "result.refused.unknown_level",
  attempt_over: "result.refused.attempt_over",
  unknown_attempt: "result.refused.attempt_over",
  attempt_used: "result.refused.attempt_used",
  [UNREADABLE_ANSWER]: "waiting.unreadable",
};

/** Where the result is on its way to the service, and what the learner can do. */
export function Journey({ state, item }: { state: State; item: Item | null }) {
  const refusal = REFUSALS[item?.refusal?.code ?? ""] ?? "result.refused.other";
  return (
    <div class="card journey" data-state={state}>
      <p role="status">
        <Icon name={ICONS[state]} />
        <span>{text(state === "refused" ? refusal : TOLD[state])}</span>
      </p>
      {state === "guest" && (
        <a class="button" href={href({ screen: "sign-up" })}>
          {text("result.sign_up")}
        </a>
      )}
      {state === "needs_sign_in" && (
        <a class="button" href={href({ screen: "sign-in" })}>
          {text("result.sign_in")}
        </a>
      )}
      {state === "refused" && item !== null && <Understood item={item} />}
    </div>
  );
}

/** A refused result has been told, and need not be told again. */
function Understood({ item }: { item: Item }) {
  const { outbox, learner } = useApp();
  const { told, save } = useTold();
  const forget = async () => {
    await outbox.forget(item);
    await learner.takeIn();
    leave({ screen: "path" });
  };
  return (
    <>
      <button type="button" class="button" onClick={() => save(forget)}>
        {text("result.understood")}
      </button>
      <p role="status">{told}</p>
    </>
  );
}
