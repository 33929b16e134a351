import { useEffect, useState } from "preact/hooks";
import { useApp } from "../../app";
import { href, type Route } from "../../routes";
import type { OwnPlace } from "../../sync/board-source";
import { type TextKey, text } from "../../texts";
import { Icon, type IconName } from "../icon";

/** Why one is not on the board, and what to do about it; nothing for those who are. */
export function Invitation({ me }: { me: OwnPlace | null }) {
  const { learner } = useApp();
  const isMissing = me !== null && me.rank === 0 && learner.totalXp.value > 0;
  const isVisible = useVisibility(isMissing);
  if (learner.isGuest.value) {
    return (
      <Card icon="tent" title="board.guest" told="board.guest.text" to={{ screen: "sign-up" }} action="board.sign_up">
        <a class="button plain" href={href({ screen: "sign-in" })}>
          {text("board.sign_in")}
        </a>
      </Card>
    );
  }
  if (learner.needsSignIn.value) {
    return <Card icon="person" told="board.again" to={{ screen: "sign-in" }} action="board.sign_in" />;
  }
  if (isMissing && isVisible === false) {
    return <Card icon="hidden" told="board.hidden" to={{ screen: "account" }} action="board.hidden.how" />;
  }
  if (isMissing && isVisible === true) return <Card icon="hidden" told="board.away" />;
  if (me !== null && me.rank === 0 && !isMissing) {
    return <Card icon="tent" told="board.none" to={{ screen: "path" }} action="board.learn" />;
  }
  return null;
}

function Card({
  icon,
  title,
  told,
  to,
  action,
  children,
}: {
  icon: IconName;
  title?: TextKey;
  told: TextKey;
  to?: Route;
  action?: TextKey;
  children?: preact.ComponentChildren;
}) {
  return (
    <section class="card invitation">
      <Icon name={icon} />
      <div>
        {title !== undefined && <h2>{text(title)}</h2>}
        <p>{text(told)}</p>
        {to !== undefined && action !== undefined && (
          <p class="actions">
            <a class="button" href={href(to)}>
              {text(action)}
            </a>
            {children}
          </p>
        )}
      </div>
    </section>
  );
}

/** Whether the learner wants to be seen on the board; null: not known. Asked only where it matters. */
function useVisibility(isAsked: boolean): boolean | null {
  const { learner, service } = useApp();
  const [isVisible, setVisible] = useState<boolean | null>(null);
  useEffect(() => {
    if (!isAsked) return;
    const ask = async () => {
      const token = await learner.token();
      if (token === null) return;
      const answer = await service.call({ method: "GET", path: "/me/board-visibility", token });
      setVisible((answer.data as { visible: boolean }).visible);
    };
    ask().catch(() => {}); // then it is not told why
  }, [isAsked, learner, service]);
  return isVisible;
}
