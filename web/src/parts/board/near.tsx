import { useRef } from "preact/hooks";
import { useApp } from "../../app";
import { nextAbove, type WaitingXp, waitingXp } from "../../learning/standing";
import type { Row } from "../../sync/board-source";
import { number, text } from "../../texts";
import { Icon } from "../icon";
import { BoardRow } from "./board-row";
import { useMoves } from "./moves";

/** One's own row with those around it. */
export function Near({ rows, myId }: { rows: readonly Row[]; myId: number }) {
  const list = useRef<HTMLOListElement>(null);
  useMoves(list);
  return (
    <section class="near" aria-labelledby="board-near">
      <h2 id="board-near">{text("board.near")}</h2>
      <ol class="card board-rows" ref={list}>
        {rows.map((row) => (
          <BoardRow key={row.id} row={row} isMe={row.id === myId} />
        ))}
      </ol>
      <Told rows={rows} myId={myId} />
    </section>
  );
}

/** What waits to be sent, and how far it is to the next one above. */
export function Told({ rows, myId }: { rows: readonly Row[]; myId: number | null }) {
  const { learner, content } = useApp();
  const next = myId === null ? null : nextAbove(rows, myId);
  const waiting = waitingXp(
    learner.items.value,
    (level_id) => learner.progress.value.get(level_id)?.status,
    (level_id) => content.findLevel(level_id)?.level.xp_reward,
  );
  return (
    <>
      {next !== null && <p class="goal">{text("board.gap", { xp: number(next.xp), name: next.name })}</p>}
      {waiting.lessons > 0 && (
        <p class="waiting">
          <Icon name="upload" />
          {waitingText(waiting)}
        </p>
      )}
    </>
  );
}

function waitingText({ lessons, xp }: WaitingXp): string {
  if (xp !== null && xp > 0) return text("board.waiting.xp", { xp: number(xp) });
  return lessons === 1 ? text("board.waiting.lesson") : text("board.waiting.lessons", { n: number(lessons) });
}
