import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** A screen with its heading, which gets the focus when the screen appears, so that screen readers begin there. */
export function Screen({
  title,
  bar,
  children,
}: {
  title: string;
  bar?: ComponentChildren;
  children: ComponentChildren;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Scout OS`;
  }, [title]);
  useEffect(() => heading.current?.focus({ preventScroll: true }), []);
  return (
    <>
      <header class="bar">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {bar}
      </header>
      <main class="screen">{children}</main>
    </>
  );
}
