import { useEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app";
import { isSeenAt } from "../learning/media";
import { languageOf, pick, text } from "../texts";
import { cleanSvg } from "./clean-svg";
import { loadDrawing } from "./drawings";

/** What is named, and what of it is seen. */
interface DrawingProps {
  url: string;
  alt: string;
  alt_en: string | null;
  /** All of it if not given. */
  step?: number | undefined;
  /** Told the size of the drawing in its own units: x, y, width, height; empty: it is missing. */
  sized?: (viewBox: readonly number[]) => void;
}

/** A drawing as part of the page, in the colours of the theme. */
export function DrawingView({ url, alt, alt_en, step, sized }: DrawingProps) {
  const { base } = useApp();
  const holder = useRef<HTMLDivElement>(null);
  const [state, setState] = useState<"loading" | "shown" | "missing">("loading");
  useEffect(() => {
    let isWanted = true;
    const miss = () => {
      sized?.([]);
      setState("missing");
    };
    loadDrawing(new URL(url, base)).then(
      (source) => {
        if (!isWanted) return;
        const drawing = cleanSvg(source);
        if (drawing === null) return miss();
        holder.current?.replaceChildren(drawing);
        sized?.((drawing.getAttribute("viewBox") ?? "").split(/[ ,]+/).map(Number));
        setState("shown");
      },
      () => isWanted && miss(),
    );
    return () => {
      isWanted = false;
    };
  }, [url, base]);
  useEffect(() => {
    if (state !== "shown" || step === undefined) return;
    for (const part of holder.current?.querySelectorAll("[data-step], [data-until]") ?? []) {
      const isSeen = isSeenAt(step, part.getAttribute("data-step"), part.getAttribute("data-until"));
      part.toggleAttribute("data-hidden", !isSeen);
    }
  }, [state, step]);
  return (
    <div class="drawing" data-state={state}>
      <div
        ref={holder}
        role="img"
        aria-label={pick(alt, alt_en)}
        lang={languageOf(alt_en)}
        hidden={state === "missing"}
      />
      {state === "missing" && <p class="quiet">{text("media.missing", { alt: pick(alt, alt_en) })}</p>}
    </div>
  );
}
