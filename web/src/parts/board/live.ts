import { useEffect, useState } from "preact/hooks";
import { type App, useApp } from "../../app";
import { readValue, writeValue } from "../../store/device-database";
import { BoardSource, type HeldBoard } from "../../sync/board-source";
import { type BoardState, LiveBoard } from "../../sync/live-board";

/** The board for whoever is signed in, followed as long as the screen is there and the window is visible. */
export function useLiveBoard(): { board: HeldBoard | null; state: BoardState } {
  const app = useApp();
  const account = app.learner.account.value;
  const needsSignIn = app.learner.needsSignIn.value;
  const [live, setLive] = useState<LiveBoard | null>(null);
  useEffect(() => {
    const opened = openBoard(app, account);
    setLive(opened);
    return whileVisible(opened);
  }, [app, account, needsSignIn]); // another token is another stream
  const board = live?.board.value ?? null;
  return { board: board?.account === account ? board : null, state: live?.state.value ?? "connecting" };
}

function openBoard(app: App, account: string): LiveBoard {
  const { learner, outbox, service, device } = app;
  const source = new BoardSource(
    service,
    () => learner.token(),
    (token) => void outbox.forgetToken(account, token).catch(() => {}),
  );
  return new LiveBoard(account, source, {
    read: () => readValue(device, "board"),
    write: async (board) => {
      // A board is kept once more when its learner leaves, after what was kept of them was removed.
      if (learner.account.value === account) await writeValue(device, "board", board);
    },
  });
}

/** Run while the window is visible; the answer ends it for good. */
function whileVisible(live: LiveBoard): () => void {
  let looking: AbortController | null = null;
  const turn = () => {
    const isVisible = document.visibilityState === "visible";
    if (isVisible && looking === null) {
      looking = new AbortController();
      void live.run(looking.signal);
    } else if (!isVisible) end();
  };
  const end = () => {
    looking?.abort();
    looking = null;
  };
  const hurry = () => live.hurry();
  document.addEventListener("visibilitychange", turn);
  addEventListener("online", hurry);
  addEventListener("offline", hurry);
  turn();
  return () => {
    document.removeEventListener("visibilitychange", turn);
    removeEventListener("online", hurry);
    removeEventListener("offline", hurry);
    end();
  };
}
