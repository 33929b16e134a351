import { Choice, Switch } from "../parts/choice";
import { ReminderSwitch } from "../parts/reminder-switch";
import { Screen } from "../parts/screen";
import { StorageCard } from "../parts/storage-card";
import { dataSaver, type Language, language, sounds, type Theme, theme, vibration } from "../preferences";
import { text } from "../texts";

const LANGUAGES: readonly Language[] = ["id", "en"];
const THEMES: readonly Theme[] = ["light", "dark", "system"];

/** How the app shall be on this device. */
export function SettingsScreen() {
  return (
    <Screen title={text("me.settings")} back={{ screen: "profile" }}>
      <div class="card">
        <Choice
          areLanguages
          legend={text("settings.language")}
          options={LANGUAGES.map((value) => [value, text(`settings.language.${value}`)] as const)}
          chosen={language.value}
          choose={(value) => {
            language.value = value;
          }}
        />
        <Choice
          legend={text("settings.theme")}
          options={THEMES.map((value) => [value, text(`settings.theme.${value}`)] as const)}
          chosen={theme.value}
          choose={(value) => {
            theme.value = value;
          }}
        />
      </div>
      <div class="card">
        <Switch
          label={text("settings.sounds")}
          isOn={sounds.value === "on"}
          change={(isOn) => {
            sounds.value = isOn ? "on" : "off";
          }}
        />
        <Switch
          label={text("settings.vibration")}
          isOn={vibration.value === "on"}
          change={(isOn) => {
            vibration.value = isOn ? "on" : "off";
          }}
        />
        <Switch
          label={text("settings.data_saver")}
          isOn={dataSaver.value === "on"}
          change={(isOn) => {
            dataSaver.value = isOn ? "on" : "off";
          }}
        >
          {text("settings.data_saver.help")}
        </Switch>
        <ReminderSwitch />
      </div>
      <StorageCard />
    </Screen>
  );
}
