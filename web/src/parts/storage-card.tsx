import { useCallback, useEffect, useState } from "preact/hooks";
import { type App, useApp } from "../app";
import { askToKeep, isKept, usedBytes } from "../store/room";
import { bytes, text } from "../texts";
import { wordsFor } from "../texts/errors";
import { Icon } from "./icon";

/** What is on the device, how much room it takes, and how to have more or less of it. */
export function StorageCard() {
  const app = useApp();
  const { content } = app;
  const [used, setUsed] = useState<number | null>(null);
  const [kept, setKept] = useState(true);
  const [told, setTold] = useState("");
  const look = useCallback(async () => {
    setUsed(await usedBytes());
    setKept(await isKept());
  }, []);
  useEffect(() => void look(), [look]);
  const all = content.sections.value?.length ?? 0;
  const missing = content.missing();
  const size = useMissingSize(app, missing.map(({ id }) => id).join(" "));
  const downloadAll = async () => {
    try {
      const learner = await app.learner.downloader();
      await content.downloadAll(learner, (n, of) => setTold(text("settings.downloading", { n, all: of })));
      setTold(text("settings.sections", { n: all, all }));
    } catch (error) {
      setTold(wordsFor(error));
    }
    await look();
  };
  const remove = async () => {
    try {
      await content.removeAll();
      setTold(text("settings.remove.done"));
    } catch (error) {
      setTold(wordsFor(error));
    }
    await look();
  };
  return (
    <section class="card" aria-labelledby="storage-title">
      <h2 id="storage-title">{text("settings.storage")}</h2>
      <p>{used === null ? text("settings.storage.unknown") : text("settings.storage.used", { size: bytes(used) })}</p>
      <p>{text("settings.sections", { n: all - missing.length, all })}</p>
      {missing.length > 0 && (
        <button type="button" class="button" onClick={downloadAll}>
          <Icon name="download" />
          {size === null ? text("settings.download_all") : text("settings.download_all.size", { size: bytes(size) })}
        </button>
      )}
      <p role="status">{told}</p>
      {missing.length < all && (
        <button type="button" class="button outlined" onClick={remove}>
          {text("settings.remove")}
        </button>
      )}
      {kept ? (
        <p class="quiet">{text("settings.storage.kept")}</p>
      ) : (
        <>
          <p class="quiet">{text("settings.storage.not_kept")}</p>
          <button type="button" class="button plain" onClick={() => askToKeep().then(look)}>
            {text("settings.storage.keep")}
          </button>
        </>
      )}
    </section>
  );
}

/** Bytes that the missing sections (ids parted by blanks) take on the line; null: not known. */
function useMissingSize({ content }: App, missing: string): number | null {
  const [size, setSize] = useState<number | null>(null);
  useEffect(() => {
    let isWanted = true;
    const ask = async () => {
      const sizes = await Promise.all(missing.split(" ").map((id) => content.downloads.size(id)));
      if (isWanted) setSize(sizes.includes(null) ? null : sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0));
    };
    setSize(null);
    if (missing !== "") ask().catch(() => {}); // the button is there without it
    return () => {
      isWanted = false;
    };
  }, [content, missing]);
  return size;
}
