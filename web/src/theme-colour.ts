/** The colour of the system's bars around the app: that of the page's ground. */

import type { Theme } from "./preferences";

/** The page names a colour for each scheme (`data-scheme`); without a choice of the learner's, the system's scheme decides. */
export function showThemeColour(theme: Theme): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>("meta[name=theme-color]")) {
    const { scheme } = meta.dataset;
    if (theme === "system") meta.media = `(prefers-color-scheme: ${scheme})`;
    else meta.media = scheme === theme ? "all" : "not all";
  }
}
