import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app";
import { monthAfter, weeksOf } from "../learning/months";
import { language } from "../preferences";
import { text } from "../texts";
import { Icon } from "./icon";

/** A month's active days: as the service knows them, or as the device last did, with those that wait. */
export function Calendar() {
  const { learner, isReachable } = useApp();
  const today = learner.today.value;
  const [month, setMonth] = useState(today.slice(0, 7));
  const [days, setDays] = useState<readonly string[] | null>(null);
  const [isCutOff, setCutOff] = useState(false);
  const account = learner.account.value;
  const waiting = learner.waiting.value.days.filter((day) => day.startsWith(month));
  const answers = learner.answers.value;
  const isReached = isReachable.value;
  useEffect(() => {
    let isShown = true;
    setCutOff(false);
    const show = (known: { days: readonly string[] } | null) => {
      if (isShown) setDays(known?.days ?? null);
    };
    learner
      .knownMonth(month)
      .then(show)
      .then(() => learner.month(month))
      .then(show)
      .catch(() => isShown && setCutOff(true)); // what is known stays
    return () => {
      isShown = false;
    };
  }, [learner, month, account, answers, isReached]);
  const active = new Set([...(days ?? []), ...waiting]);
  const name = new Intl.DateTimeFormat(language.value, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    Date.parse(`${month}-01`),
  );
  const isPresent = month === today.slice(0, 7);
  return (
    <section class="card calendar" aria-labelledby="calendar-title">
      <h2 id="calendar-title">{text("me.calendar")}</h2>
      <div class="month">
        <button
          type="button"
          class="button plain"
          aria-label={text("me.calendar.earlier")}
          onClick={() => setMonth(monthAfter(month, -1))}
        >
          <Icon name="back" />
        </button>
        <p aria-live="polite">{name}</p>
        <button
          type="button"
          class="button plain"
          aria-label={text("me.calendar.later")}
          aria-disabled={isPresent}
          onClick={() => isPresent || setMonth(monthAfter(month, 1))}
        >
          <Icon name="forward" />
        </button>
      </div>
      <Days month={month} today={today} active={active} name={name} />
      {days === null && isCutOff && <p class="quiet">{text("me.calendar.unknown")}</p>}
    </section>
  );
}

function Days({ month, today, active, name }: { month: string; today: string; active: Set<string>; name: string }) {
  const weekday = new Intl.DateTimeFormat(language.value, { weekday: "narrow", timeZone: "UTC" });
  const days = [...active].map((day) => Number(day.slice(8))).sort((one, other) => one - other);
  const monday = Date.UTC(2024, 0, 1);
  return (
    <div
      class="days"
      role="img"
      aria-label={text(`me.calendar.label${days.length === 0 ? ".none" : ""}`, {
        month: name,
        n: days.length,
        days: days.join(", "),
      })}
    >
      {[0, 1, 2, 3, 4, 5, 6].map((day) => (
        <b key={day}>{weekday.format(monday + day * 86_400_000)}</b>
      ))}
      {weeksOf(month).map((day, place) =>
        day === null ? (
          <i key={place} />
        ) : (
          <span key={day} data-active={active.has(day)} data-today={day === today}>
            {Number(day.slice(8))}
          </span>
        ),
      )}
    </div>
  );
}
