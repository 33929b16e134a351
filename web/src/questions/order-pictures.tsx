import { useState } from "preact/hooks";
import { readMedia } from "../learning/media";
import { hasKey, type Payloads } from "../learning/questions";
import { disordered } from "../learning/shuffle";
import { MediaThumb } from "../media/media-view";
import { pick } from "../texts";
import type { QuestionProps } from ".";
import { Sorter } from "./sorter";

export function OrderPictures({ question, choose, verdict, attempt_id, seed }: QuestionProps) {
  const { items } = question.payload as Payloads["order_pictures"];
  const isKeyed = hasKey(question, attempt_id);
  const ids = items.map(({ id }) => id);
  const [shown] = useState(() => (isKeyed ? disordered(ids, seed) : ids));
  const pictures = shown.map((id) => readMedia(items.find((item) => item.id === id)?.media));
  return (
    <Sorter
      names={pictures.map((media, place) => (media === null ? String(place + 1) : pick(media.alt, media.alt_en)))}
      picture={(item) => {
        const media = pictures[item];
        return media == null ? item + 1 : <MediaThumb media={media} />;
      }}
      verdict={verdict}
      isRight={(item, place) => (isKeyed ? ids[place] === shown[item] : null)}
      change={(places) => choose(places?.map((place) => shown[place] ?? "") ?? null)}
    />
  );
}
