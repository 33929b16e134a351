import { useState } from "preact/hooks";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";

/** What a page tells of its work: `save` tells that it is saved, or why not. */
export function useTold() {
  const [told, tell] = useState("");
  const save = async (work: () => Promise<void>, meanwhile = "") => {
    tell(meanwhile);
    try {
      await work();
      tell(text("me.saved"));
    } catch (error) {
      tell(wordsFor(error));
    }
  };
  return { told, tell, save };
}
