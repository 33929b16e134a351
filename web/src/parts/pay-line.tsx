import type { Pay } from "../learning/outcome";
import { number, text } from "../texts";
import { Icon } from "./icon";

/** XP: what the service paid, or what passing brings. */
export function PayLine({ pay }: { pay: Pay }) {
  if (pay.kind === "already") return <p class="brought wide">{text("result.none")}</p>;
  const xp = number(pay.xp);
  return (
    <p class="brought xp" data-paid={pay.kind === "paid"}>
      <Icon name="bolt" filled />
      {text(pay.kind === "paid" ? "result.xp" : `result.${pay.kind}`, { xp })}
    </p>
  );
}
