import { useState } from "preact/hooks";
import { useApp } from "../app";
import { dataSaver } from "../preferences";

/** How many colours there are for initials. */
const COLOURS = 5;

/** A learner's picture, or the initials: before it has come, where there is none, and where data is saved. */
export function Avatar({ id, name, picture }: { id: number; name: string; picture: string | null }) {
  const { base } = useApp();
  const [broken, setBroken] = useState<string | null>(null);
  const isShown = picture !== null && picture !== broken && dataSaver.value === "off";
  return (
    <span class="avatar" data-colour={id % COLOURS} aria-hidden="true">
      {initials(name)}
      {isShown && (
        <img
          src={new URL(picture, base).href}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(picture)}
        />
      )}
    </span>
  );
}

function initials(name: string): string {
  const words = name.split(" ").filter((word) => word !== "");
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join("");
}
