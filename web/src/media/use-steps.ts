import { useEffect, useState } from "preact/hooks";

/** Which step is shown, from `first` to `last`: played on, each for `pause` milliseconds, or gone to. */
export function useSteps({ first, last, begin, pause }: { first: number; last: number; begin: number; pause: number }) {
  const [shown, setShown] = useState(begin);
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setTimeout(() => (shown < last ? setShown(shown + 1) : setPlaying(false)), pause);
    return () => clearTimeout(timer);
  }, [isPlaying, shown, last, pause]);
  const go = (to: number) => {
    setPlaying(false);
    setShown(Math.min(last, Math.max(first, to)));
  };
  const play = () => {
    if (!isPlaying && shown === last) setShown(first);
    setPlaying(!isPlaying);
  };
  return { shown, isPlaying, go, play };
}
