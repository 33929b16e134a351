import { useApp } from "../app";
import { isLate } from "../learning/days";
import { EnterLink } from "../parts/enter-link";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { useTold } from "../parts/told";
import { language } from "../preferences";
import type { Item } from "../store/outbox-database";
import { UNREADABLE_ANSWER } from "../sync/outbox";
import { number, pick, text } from "../texts";
import { wordsForCode } from "../texts/errors";

/** What waits to be sent, what was sent just now, and what could not be counted, and why. */
export function WaitingScreen() {
  const app = useApp();
  const { learner } = app;
  const items = learner.items.value.filter(({ kind }) => kind === "submission");
  const refused = items.filter(({ state }) => state === "shelved");
  const waiting = items.filter(({ state }) => state === "waiting");
  return (
    <Screen title={text("waiting.title")} back={{ screen: "profile" }}>
      {refused.map((item) => (
        <RefusedLesson key={item.order} item={item} dismiss={() => app.outbox.forget(item)} />
      ))}
      <p role="status">{text(waiting.length === 0 ? "waiting.none" : "waiting.how")}</p>
      {waiting.length > 0 && <Sending />}
      {waiting.length > 0 && (
        <ul class="card lessons">
          {waiting.map((item) => (
            <li key={item.order}>
              <Icon name={item.is_locked ? "lock" : "clock"} />
              <span>
                <b>{titleOf(item)}</b>
                <small>
                  {when(item.lesson?.done_at)} · {text(item.is_locked ? "waiting.locked" : "waiting.waits")}
                </small>
                {item.lesson !== null && isLate(item.lesson.done_at, learner.now()) && (
                  <small>{text("waiting.late")}</small>
                )}
              </span>
              <Score item={item} />
            </li>
          ))}
        </ul>
      )}
      <Sent />
    </Screen>
  );
}

/** What has to happen before these are sent. */
function Sending() {
  const app = useApp();
  if (app.learner.isGuest.value) {
    return (
      <div class="card">
        <p>{text("waiting.guest")}</p>
        <EnterLink to="sign-up" />
        <EnterLink to="sign-in" isOutlined />
      </div>
    );
  }
  if (app.learner.needsSignIn.value) {
    return (
      <div class="card">
        <p>{text("waiting.sign_in")}</p>
        <EnterLink to="sign-in" />
      </div>
    );
  }
  return (
    <button type="button" class="button" onClick={() => app.wake()}>
      {text("waiting.now")}
    </button>
  );
}

function RefusedLesson({ item, dismiss }: { item: Item; dismiss(): Promise<void> }) {
  const { told, save } = useTold();
  const code = item.refusal?.code ?? "";
  const isUnreadable = code === UNREADABLE_ANSWER;
  return (
    <article class="card refused" aria-label={titleOf(item)}>
      <h2>
        <Icon name="info" /> {titleOf(item)}
      </h2>
      <p>
        <b>{text(isUnreadable ? "waiting.unreadable" : "waiting.refused")}.</b> {isUnreadable || wordsForCode(code)}
      </p>
      <p class="quiet">
        {when(item.lesson?.done_at)}. {text(isUnreadable ? "waiting.unreadable.counts" : "waiting.refused.counts")}
      </p>
      <button type="button" class="button outlined" onClick={() => save(dismiss)}>
        {text("waiting.dismiss")}
      </button>
      <p role="status">{told}</p>
    </article>
  );
}

/** What the service answered since the app was opened. */
function Sent() {
  const { learner, content } = useApp();
  const answers = [...learner.answers.value];
  if (answers.length === 0) return null;
  return (
    <section class="card" aria-labelledby="sent-title">
      <h2 id="sent-title">{text("waiting.sent")}</h2>
      <ul class="lessons">
        {answers.map(([key, { level_id, xp_earned, counted_day }]) => {
          const level = content.findLevel(level_id)?.level;
          return (
            <li key={key}>
              <Icon name="right" />
              <span>
                <b>{level === undefined ? text("waiting.lesson") : pick(level.title, level.title_en)}</b>
                {counted_day && <small>{text("waiting.counted", { day: dayOf(counted_day) })}</small>}
              </span>
              {xp_earned > 0 && <span>{text("result.xp", { xp: number(xp_earned) })}</span>}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Score({ item }: { item: Item }) {
  const { correct_answers: n = null, total_questions: all = 0 } = item.lesson ?? {};
  return n === null ? null : <span>{text("waiting.result", { n, all })}</span>;
}

function titleOf({ lesson }: Item): string {
  return lesson?.title ?? text("waiting.lesson");
}

/** A day as people name it. */
function dayOf(day: string): string {
  const form = { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" } as const;
  return new Intl.DateTimeFormat(language.value, form).format(Date.parse(day));
}

/** Day and time. */
export function when(at: number = Date.now()): string {
  const form = { weekday: "long", hour: "2-digit", minute: "2-digit" } as const;
  return new Intl.DateTimeFormat(language.value, form).format(at);
}
