import { useState } from "preact/hooks";
import { text } from "../texts";
import { Icon } from "./icon";
import { type Shown, share } from "./share";

export function ShareButton({ shown, words }: { shown: Shown; words: string }) {
  const [told, setTold] = useState<string | null>(null);
  const press = () =>
    share(shown, words).then(
      (how) => setTold(how === "saved" ? text("result.shared") : null),
      () => setTold(text("result.share_failed")),
    );
  return (
    <>
      <button type="button" class="button soft" onClick={press}>
        <Icon name="share" />
        {text("result.share")}
      </button>
      <span role="status" class="share-told">
        {told}
      </span>
    </>
  );
}
