import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { installBy } from "../install";
import type { Level, LevelStatus } from "../learning/levels";
import { href } from "../routes";
import { languageOf, number, pick, text } from "../texts";
import { Icon, type IconName } from "./icon";

/** From one level to the next, in units of the drawing; the same height as in `path.css`. */
const STEP = 100;
/** How far the trail swings out from its middle, in hundredths of its width. */
const SWING = 26;

/** The part of the window above the main menu, and above the proposal to install the app. */
const SEEN = { alone: 0.85, withProposal: 0.6 };

interface Props {
  levels: readonly Level[];
  statuses: Record<string, LevelStatus>;
  /** The level at which the learner is. */
  here: string | null;
  canBegin: boolean;
}

/** A unit's levels along a winding trail. */
export function Trail({ levels, statuses, here, canBegin }: Props) {
  const [refused, setRefused] = useState<Level | null>(null);
  const isDone = (level: Level | undefined) => level !== undefined && statuses[level.id] === "COMPLETED";
  const height = levels.length * STEP;
  return (
    <>
      <ol class="trail" style={{ "--levels": levels.length }}>
        <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          {levels.slice(1).map((level, place) => (
            <path key={level.id} class={isDone(levels[place]) ? "walked" : "ahead"} d={bend(place)} />
          ))}
        </svg>
        {levels.map((level, place) => (
          <Stop
            key={level.id}
            level={level}
            place={place}
            status={statuses[level.id] ?? "LOCKED"}
            isHere={level.id === here}
            canBegin={canBegin}
            refuse={() => setRefused(level)}
            isRefused={refused?.id === level.id}
          />
        ))}
      </ol>
      <p role="status" class="for-ears">
        {refused !== null && `${text("path.level", { n: refused.level_number })}: ${text("path.locked.why")}`}
      </p>
    </>
  );
}

/** The middle of a stop, across. */
function across(place: number): number {
  return 50 + SWING * Math.sin((place * Math.PI) / 2.6 + 0.35);
}

function bend(place: number): string {
  const [from, to] = [across(place), across(place + 1)];
  const [top, bottom] = [(place + 0.5) * STEP, (place + 1.5) * STEP];
  const middle = (top + bottom) / 2;
  return `M${from} ${top}C${from} ${middle} ${to} ${middle} ${to} ${bottom}`;
}

const ICONS: Record<LevelStatus, IconName> = { COMPLETED: "right", UNLOCKED: "hike", LOCKED: "lock" };

interface StopProps {
  level: Level;
  place: number;
  status: LevelStatus;
  isHere: boolean;
  canBegin: boolean;
  refuse(): void;
  isRefused: boolean;
}

function Stop({ level, place, status, isHere, canBegin, refuse, isRefused }: StopProps) {
  const { learner } = useApp();
  const stop = useRef<HTMLLIElement>(null);
  const seen = installBy.value === null ? SEEN.alone : SEEN.withProposal;
  // Not an ordinary effect, which runs after the paint: a level would move under a finger.
  useLayoutEffect(() => {
    const place = stop.current?.getBoundingClientRect();
    if (isHere && place !== undefined && place.bottom > innerHeight * seen) {
      stop.current?.scrollIntoView({ block: "center" });
    }
  }, [isHere, seen]);
  const side = across(place) < 50 ? "right" : "left";
  const isOpen = status !== "LOCKED" && canBegin;
  const content = (
    <>
      <span class="node" aria-hidden="true">
        <Icon name={ICONS[status]} />
      </span>
      <span class="label">
        <span class="for-ears">{text("path.level", { n: level.level_number })}: </span>
        <b lang={languageOf(level.title_en)}>{pick(level.title, level.title_en)}</b>
        <Below level={level} status={status} stars={learner.stars(level)} />
        {isRefused && (
          <small class="why" aria-hidden="true">
            {text("path.locked.why")}
          </small>
        )}
      </span>
    </>
  );
  return (
    <li ref={stop} class="stop" data-status={status} data-side={side} style={{ "--across": across(place) }}>
      {isOpen && <Sign level={level} isHere={isHere} isFirst={place === 0} />}
      {isOpen ? (
        <a href={href({ screen: "lesson", level: level.id })} aria-current={isHere ? "step" : undefined}>
          {content}
        </a>
      ) : (
        <button type="button" aria-disabled="true" onClick={refuse}>
          {content}
        </button>
      )}
    </li>
  );
}

/** Where the learner is, or has a lesson under way. */
function Sign({ level, isHere, isFirst }: { level: Level; isHere: boolean; isFirst: boolean }) {
  const { outbox, learner } = useApp();
  const [isUnderWay, setUnderWay] = useState(false);
  const account = learner.account.value;
  useEffect(() => {
    void outbox.openLesson(account, level.id).then((lesson) => setUnderWay(lesson !== null));
  }, [outbox, account, level.id]);
  if (!isHere && !isUnderWay) return null;
  return <span class="here">{text(isFirst && !isUnderWay ? "path.here" : "path.go_on")}</span>;
}

function Below({ level, status, stars }: { level: Level; status: LevelStatus; stars: number }) {
  if (status === "COMPLETED") {
    return (
      <span class="stars">
        <span class="for-ears">
          , {text("path.done")}, {text("path.stars", { n: stars })}
        </span>
        {[1, 2, 3].map((n) => (
          <Icon key={n} name="star" filled={n <= stars} />
        ))}
      </span>
    );
  }
  return (
    <small>
      <span class="for-ears">, {text(status === "LOCKED" ? "path.locked" : "path.open")}, </span>
      {text("path.xp", { xp: number(level.xp_reward) })}
    </small>
  );
}
