import { useApp } from "../app";
import { Screen } from "../parts/screen";
import { href } from "../routes";
import { number, text } from "../texts";

/** What a lesson brought: at once as far as the device knows, and the service's word when it comes. */
export function ResultScreen({ levelId, requestKey }: { levelId: string; requestKey: string }) {
  const { learner, content } = useApp();
  const answer = learner.answers.value.get(requestKey);
  const item = learner.items.value.find(({ request }) => request.key === requestKey);
  const level = content.findLevel(levelId)?.level;
  const correct = answer?.correct_answers ?? item?.lesson?.correct_answers ?? null;
  const all = level?.total_questions ?? 0;
  return (
    <Screen title={text("result.title")}>
      {correct !== null && <p>{text("result.correct", { n: correct, all })}</p>}
      {answer === undefined ? (
        <p role="status">{text(learner.isGuest.value ? "result.guest" : "result.waits")}</p>
      ) : (
        <p role="status">
          {answer.xp_earned > 0 ? text("result.xp", { xp: number(answer.xp_earned) }) : text("result.none")}
        </p>
      )}
      <a class="button" href={href({ screen: "path" })}>
        {text("result.path")}
      </a>
    </Screen>
  );
}
