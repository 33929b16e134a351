import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { neighbourhood } from "../learning/standing";
import { useBigScreen } from "../parts/board/big-screen";
import { BoardRow } from "../parts/board/board-row";
import { BoardStateSign } from "../parts/board/board-state";
import { Invitation } from "../parts/board/invitation";
import { useLiveBoard } from "../parts/board/live";
import { useMoves } from "../parts/board/moves";
import { Near, Told } from "../parts/board/near";
import { BoardNews } from "../parts/board/news";
import { OwnBar } from "../parts/board/own-bar";
import { PODIUM, Podium } from "../parts/board/podium";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import "../styles/board.css";
import type { HeldBoard, Row } from "../sync/board-source";
import type { BoardState } from "../sync/live-board";
import { ago, text } from "../texts";

/** Milliseconds. */
const MINUTE = 60_000;

/** One's own neighbourhood first, then the podium and the others; one's own row is always in sight. */
export function BoardScreen() {
  const { board, state } = useLiveBoard();
  const bigScreen = useBigScreen();
  const bar = (
    <>
      {bigScreen !== null && (
        <button type="button" class="button plain big-screen" onClick={bigScreen.toggle}>
          <Icon name="screen" /> {text(bigScreen.isBig ? "shell.close" : "board.big")}
        </button>
      )}
      <BoardStateSign state={state} />
    </>
  );
  return (
    <Screen title={text("shell.board")} bar={bar}>
      <div class="board">
        {state === "offline" && (board === null ? <p class="quiet">{text("board.nothing")}</p> : <Age board={board} />)}
        {board === null ? <Waiting state={state} /> : <Known board={board} />}
        <BoardNews state={state} rank={board?.me?.rank ?? 0} />
      </div>
    </Screen>
  );
}

/** How old the board is, as long as it cannot be newer. */
function Age({ board }: { board: HeldBoard }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const clock = setInterval(() => setNow(Date.now()), MINUTE / 2);
    return () => clearInterval(clock);
  }, []);
  const isFresh = now - board.held_at < MINUTE;
  return <p class="quiet">{isFresh ? text("board.last") : text("board.age", { age: ago(board.held_at, now) })}</p>;
}

function Waiting({ state }: { state: BoardState }) {
  if (state === "offline") return <Invitation me={null} />;
  return (
    <>
      <p class="for-ears">{text("shell.loading")}</p>
      <div class="board-ghost" aria-hidden="true" />
    </>
  );
}

function Known({ board }: { board: HeldBoard }) {
  const { learner } = useApp();
  const myId = board.me === null ? null : Number(board.account);
  const podium = board.rows.slice(0, PODIUM);
  const isOnPodium = podium.some(({ id }) => id === myId);
  const near = board.me === null || myId === null ? [] : nearOf(board, myId, learner.profile.value);
  const isNearShown = near.length > 0 && !isOnPodium && myId !== null;
  return (
    <div class="known" data-has-near={isNearShown || undefined}>
      <Invitation me={board.me} />
      {isNearShown && <Near rows={near} myId={myId} />}
      {board.rows.length === 0 ? <Empty /> : null}
      {board.rows.length > 0 && (
        <section aria-labelledby="board-podium">
          <h2 id="board-podium">{text("board.podium")}</h2>
          <Podium rows={podium} myId={myId} />
          {isOnPodium && board.me?.rank === 1 && <p class="goal">{text("board.first")}</p>}
          {isOnPodium && <Told rows={near} myId={myId} />}
        </section>
      )}
      {board.rows.length > PODIUM && <Others rows={board.rows.slice(PODIUM)} myId={myId} />}
      {near.length > 0 && <OwnBar row={near.find(({ id }) => id === myId) ?? null} />}
    </div>
  );
}

/** The neighbourhood, or one's own row alone where nothing else is known. */
function nearOf(
  board: HeldBoard,
  id: number,
  profile: { name: string; picture_url: string | null } | null,
): readonly Row[] {
  const me = board.me;
  if (me === null || me.rank === 0) return [];
  const found = neighbourhood(board.rows, { id, neighbours: me.neighbours });
  if (found.length > 0) return found;
  return profile === null ? [] : [{ ...me, id, name: profile.name, avatar: profile.picture_url, level: "" }];
}

function Others({ rows, myId }: { rows: readonly Row[]; myId: number | null }) {
  const list = useRef<HTMLOListElement>(null);
  useMoves(list);
  return (
    <section class="others" aria-labelledby="board-others">
      <h2 id="board-others">{text("board.others")}</h2>
      <ol class="card board-rows" ref={list} start={PODIUM + 1}>
        {rows.map((row) => (
          <BoardRow key={row.id} row={row} isMe={row.id === myId} />
        ))}
      </ol>
    </section>
  );
}

function Empty() {
  return (
    <section class="card board-empty">
      <Icon name="tent" />
      <p>{text("board.empty")}</p>
    </section>
  );
}
