import { href } from "../routes";
import { text } from "../texts";

/** The way to an account: to a new one, or to one's own. */
export function EnterLink({ to, isOutlined = false }: { to: "sign-up" | "sign-in"; isOutlined?: boolean }) {
  return (
    <a class={isOutlined ? "button outlined" : "button"} href={href({ screen: to })}>
      {text(to === "sign-up" ? "account.sign_up" : "account.sign_in")}
    </a>
  );
}
