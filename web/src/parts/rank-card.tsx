import { useApp } from "../app";
import { number, text } from "../texts";
import { Icon } from "./icon";

/** The scout rank and how far the next one is; nothing before the ranks are known. */
export function RankCard({ xp }: { xp: number }) {
  const ranks = useApp().facts.ranks.value;
  const place = (ranks ?? []).filter((rank) => rank.from_xp <= xp).length - 1;
  const [present, next] = [ranks?.[place], ranks?.[place + 1]];
  if (ranks === null || present === undefined) return null;
  const done = next === undefined ? 1 : (xp - present.from_xp) / (next.from_xp - present.from_xp);
  const words =
    next === undefined ? text("me.rank.top") : text("me.rank.next", { xp: number(next.from_xp - xp), rank: next.name });
  return (
    <section class="card rank" aria-labelledby="rank-title">
      <h2 id="rank-title">{text("me.rank")}</h2>
      <span class="rank-ring" style={{ "--done": done }} aria-hidden="true">
        <Icon name="medal" />
      </span>
      <p class="name">{present.name}</p>
      <p class="quiet">{words}</p>
      <span class="steps" aria-hidden="true">
        {ranks.map((rank, step) => (
          <i key={rank.name} data-reached={step <= place} />
        ))}
      </span>
    </section>
  );
}
