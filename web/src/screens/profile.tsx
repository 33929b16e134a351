import { Screen } from "../parts/screen";
import { text } from "../texts";

export function ProfileScreen() {
  return (
    <Screen title={text("shell.profile")}>
      <p class="quiet">{text("shell.loading")}</p>
    </Screen>
  );
}
