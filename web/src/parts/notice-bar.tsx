import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app";
import { href, type Route, route } from "../routes";
import { text } from "../texts";
import { Icon, type IconName } from "./icon";

/** On all screens: what the learner should know about the network or do about the account; else nothing. */
export function NoticeBar() {
  const notice = useNotice();
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const watcher = new ResizeObserver(() => {
      document.documentElement.style.setProperty("--notices", `${bar.current?.offsetHeight ?? 0}px`);
    });
    if (bar.current !== null) watcher.observe(bar.current);
    return () => watcher.disconnect();
  }, []);
  // In a lesson, what moves under the finger is answered by mistake. Its own bar shows a cloud; the rest can wait.
  const isHeard = route.value.screen === "lesson";
  return (
    <div ref={bar} class="notices" role="status">
      {notice !== null && isHeard && <span class="for-ears">{notice.words}</span>}
      {notice !== null && !isHeard && (
        <a class="notice" data-kind={notice.kind} href={href(notice.to)}>
          <Icon name={notice.icon} />
          <span>{notice.words}</span>
        </a>
      )}
    </div>
  );
}

interface Notice {
  kind: "calm" | "asks";
  icon: IconName;
  words: string;
  to: Route;
}

function useNotice(): Notice | null {
  const { learner, isReachable } = useApp();
  const items = learner.items.value;
  if (learner.needsSignIn.value) {
    return { kind: "asks", icon: "person", words: text("notice.sign_in"), to: { screen: "sign-in" } };
  }
  if (items.some(({ state }) => state === "shelved")) {
    return { kind: "asks", icon: "cloud", words: text("notice.refused"), to: { screen: "waiting" } };
  }
  if (isReachable.value) return null;
  const waits = items.filter(({ state }) => state === "waiting").length;
  const more = waits > 0 && !learner.isGuest.value ? ` ${text("notice.waits", { n: waits })}.` : "";
  return { kind: "calm", icon: "cloud", words: text("notice.offline") + more, to: { screen: "waiting" } };
}
