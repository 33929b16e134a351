import type { Row } from "../../sync/board-source";
import { number, text } from "../../texts";
import { Avatar } from "../avatar";

/** A learner's place in a list. */
export function BoardRow({ row, isMe }: { row: Row; isMe: boolean }) {
  return (
    <li
      class="board-row"
      data-row={row.id}
      data-xp={row.xp}
      data-me={isMe || undefined}
      aria-current={isMe || undefined}
    >
      <span class="rank">
        <span class="for-ears">{text("board.rank", { rank: "" })}</span>
        {number(row.rank)}
      </span>
      <Avatar id={row.id} name={row.name} picture={row.avatar} />
      <span class="who">
        <span class="name">{row.name}</span>
        <span class="level">
          {isMe && <b class="you">{text("board.you")}</b>}
          {isMe && " "}
          {row.level}
        </span>
      </span>
      <span class="xp">{text("board.xp", { xp: number(row.xp) })}</span>
    </li>
  );
}
