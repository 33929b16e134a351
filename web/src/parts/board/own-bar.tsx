import { useEffect, useState } from "preact/hooks";
import type { Row } from "../../sync/board-source";
import { number, text } from "../../texts";
import { Avatar } from "../avatar";

/** The strips that the bar above and the menu below cover. */
const COVERED = "-56px 0px -56px 0px";

/** One's own row once more, at the lower edge, while it is nowhere else in sight. Only for eyes. */
export function OwnBar({ row }: { row: Row | null }) {
  const isInSight = useInSight();
  if (row === null || isInSight) return null;
  return (
    <div class="own-bar" aria-hidden="true">
      <span class="rank">{number(row.rank)}</span>
      <Avatar id={row.id} name={row.name} picture={row.avatar} />
      <span class="who">
        <span class="name">{text("board.you")}</span>
      </span>
      <span class="xp">{text("board.xp", { xp: number(row.xp) })}</span>
    </div>
  );
}

/** Whether any element that is marked as one's own is in sight. */
function useInSight(): boolean {
  const [isInSight, setInSight] = useState(true);
  useEffect(() => {
    const seen = new Set<Element>();
    const observer = new IntersectionObserver(
      (entries) => {
        for (const { target, isIntersecting } of entries) {
          if (isIntersecting) seen.add(target);
          else seen.delete(target);
        }
        setInSight([...seen].some((element) => element.isConnected));
      },
      { rootMargin: COVERED, threshold: 0.5 },
    );
    for (const element of document.querySelectorAll("[data-me]")) observer.observe(element);
    return () => observer.disconnect();
  });
  return isInSight;
}
