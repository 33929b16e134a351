import { declineInstall, install, installBy } from "../install";
import { text } from "../texts";
import { Icon } from "./icon";

/** A quiet proposal to put the app on the home screen; nothing, unless it is time for it. */
export function InstallCard() {
  const by = installBy.value;
  if (by === null) return null;
  return (
    <aside class="install" aria-labelledby="install">
      <img src="./icon-192.png" width="48" height="48" alt="" />
      <p id="install">{text(by === "button" ? "install.why" : "install.apple")}</p>
      {by === "button" && (
        <button type="button" class="button" onClick={() => void install()}>
          {text("install.do")}
        </button>
      )}
      <button type="button" class="button plain" aria-label={text("install.decline")} onClick={declineInstall}>
        <Icon name="close" />
      </button>
    </aside>
  );
}
