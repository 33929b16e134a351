import { useRef } from "preact/hooks";
import type { Row } from "../../sync/board-source";
import { number, text } from "../../texts";
import { Avatar } from "../avatar";
import { useMoves } from "./moves";

export const PODIUM = 3;

/** The first three on tree stumps. A free stump waits for somebody; equals stand equally high. */
export function Podium({ rows, myId }: { rows: readonly Row[]; myId: number | null }) {
  const list = useRef<HTMLOListElement>(null);
  useMoves(list);
  const free = Array.from({ length: PODIUM - rows.length }, (_, place) => rows.length + place);
  return (
    <ol class="podium" ref={list}>
      {rows.map((row, place) => (
        <li
          key={row.id}
          data-place={place}
          data-rank={row.rank}
          data-me={row.id === myId || undefined}
          aria-current={row.id === myId || undefined}
        >
          <span class="name">{row.name}</span>
          <span class="level">{row.level}</span>
          <Avatar id={row.id} name={row.name} picture={row.avatar} />
          <span class="stump" data-row={row.id} data-xp={row.xp}>
            <span class="rank">
              <span class="for-ears">{text("board.rank", { rank: "" })}</span>
              {number(row.rank)}
            </span>
            <span class="xp">{text("board.xp", { xp: number(row.xp) })}</span>
          </span>
        </li>
      ))}
      {free.map((place) => (
        <li key={`free-${place}`} data-place={place} data-rank={place + 1} class="free">
          <span class="level">{text("board.free")}</span>
          <span class="avatar" aria-hidden="true">
            ?
          </span>
          <span class="stump">
            <span class="rank">
              <span class="for-ears">{text("board.rank", { rank: "" })}</span>
              {number(place + 1)}
            </span>
          </span>
        </li>
      ))}
    </ol>
  );
}
