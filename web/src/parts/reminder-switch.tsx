import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app";
import { beginReminding, endReminding, isReminding } from "../reminding";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";
import { Switch } from "./choice";

/** The daily reminder; nothing where the browser cannot remind. */
export function ReminderSwitch() {
  const { device } = useApp();
  const [isOn, setOn] = useState<boolean | null>(null);
  const [told, setTold] = useState("");
  useEffect(() => {
    void isReminding().then(setOn);
  }, []);
  if (isOn === null) return null;
  const change = async (wanted: boolean) => {
    setTold(""); // also so that a switch that is refused twice is shown off again
    const words = { title: text("reminder.title"), body: text("reminder.body") };
    try {
      const isAllowed = wanted ? await beginReminding(device, words) : await endReminding(device).then(() => true);
      if (!isAllowed) setTold(text("settings.reminder.refused"));
    } catch (error) {
      setTold(wordsFor(error));
    }
    setOn(await isReminding());
  };
  return (
    <>
      <Switch label={text("settings.reminder")} isOn={isOn} change={change}>
        {text("settings.reminder.help")}
      </Switch>
      <p role="status">{told}</p>
    </>
  );
}
