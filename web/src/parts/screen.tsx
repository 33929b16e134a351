import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { href, type Route } from "../routes";
import { text } from "../texts";
import { Icon } from "./icon";

/** A screen with its heading, which gets the focus when the screen appears, so that screen readers begin there. */
export function Screen({
  title,
  back,
  bar,
  children,
}: {
  title: string;
  /** Where the arrow in the bar leads; without it there is none. */
  back?: Route;
  bar?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Scout OS`;
  }, [title]);
  useLayoutEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <header class="bar">
        {back !== undefined && (
          <a class="button plain back" href={href(back)} aria-label={text("shell.back")}>
            <Icon name="back" />
          </a>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {bar}
      </header>
      <main class="screen">{children}</main>
    </>
  );
}
