import { Screen } from "../parts/screen";
import { text } from "../texts";

export function BoardScreen() {
  return (
    <Screen title={text("shell.board")}>
      <p class="quiet">{text("shell.loading")}</p>
    </Screen>
  );
}
