import type { BoardState } from "../../sync/live-board";
import { text } from "../../texts";
import { Icon, type IconName } from "../icon";

const ICONS: Record<BoardState, IconName> = { connecting: "clock", live: "live", late: "clock", offline: "cloud" };

/** How fresh the board is. */
export function BoardStateSign({ state }: { state: BoardState }) {
  return (
    <p class="board-state" data-state={state}>
      <Icon name={ICONS[state]} />
      {text(`board.${state}`)}
    </p>
  );
}
