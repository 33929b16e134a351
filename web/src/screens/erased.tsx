import { Screen } from "../parts/screen";
import { href } from "../routes";
import { text } from "../texts";

/** After an account was erased. */
export function ErasedScreen() {
  return (
    <Screen title={text("me.erased")}>
      <p>{text("me.erase.done")}</p>
      <a class="button" href={href({ screen: "path" })}>
        {text("result.path")}
      </a>
    </Screen>
  );
}
