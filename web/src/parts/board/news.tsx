import { useEffect, useRef, useState } from "preact/hooks";
import type { BoardState } from "../../sync/live-board";
import { number, text } from "../../texts";

/** Milliseconds that something must stay so before it is read out. */
const SETTLED = 2_000;

/** For screen readers, and sparing: one's own rank and the board's state when they have changed for good. */
export function BoardNews({ state, rank }: { state: BoardState; rank: number }) {
  const [news, setNews] = useState("");
  const told = useRef({ state, rank });
  useEffect(() => {
    const before = told.current;
    if (before.rank === 0) before.rank = rank; // what comes first is no news
    if (before.state === "connecting") before.state = state;
    const timer = setTimeout(() => {
      told.current = { state, rank };
      if (rank !== before.rank && rank > 0) setNews(text("board.moved", { rank: number(rank) }));
      else if (state !== before.state) setNews(text(`board.${state}`));
    }, SETTLED);
    return () => clearTimeout(timer);
  }, [state, rank]);
  return (
    <p class="for-ears" role="status">
      {news}
    </p>
  );
}
