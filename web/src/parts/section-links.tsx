import { useLayoutEffect, useRef } from "preact/hooks";
import { useApp } from "../app";
import { href } from "../routes";
import { languageOf, pick, text } from "../texts";
import { Icon } from "./icon";

/** The sections to choose from; those that are not on the device say so. */
export function SectionLinks({ present }: { present: string }) {
  const { content } = useApp();
  const chosen = useRef<HTMLAnchorElement>(null);
  // Not an ordinary effect, which runs after the paint: the strip would move under a finger.
  useLayoutEffect(() => {
    const strip = chosen.current?.parentElement;
    if (chosen.current && strip) strip.scrollLeft = chosen.current.offsetLeft - strip.clientWidth / 4;
  }, [present]);
  return (
    <nav class="sections" aria-label={text("path.sections")}>
      {content.sections.value?.map((each) => (
        <a
          key={each.id}
          ref={each.id === present ? chosen : null}
          href={href({ screen: "path", section: each.id })}
          aria-current={each.id === present ? "page" : undefined}
        >
          <span lang={languageOf(each.title_en)}>{pick(each.title, each.title_en)}</span>
          {!content.downloaded.value.has(each.id) && (
            <>
              <Icon name="download" />
              <span class="for-ears">{text("path.not_here")}</span>
            </>
          )}
        </a>
      ))}
    </nav>
  );
}
