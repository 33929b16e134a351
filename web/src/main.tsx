import { render } from "preact";
import { App, AppProvider } from "./app";
import { ignoreDoubleTaps } from "./double-taps";
import { keepFocus } from "./focus";
import { watchForInstall } from "./install";
import { Frame } from "./parts/frame";
import { applyPreferences } from "./preferences";
import { NoStorage } from "./screens/no-storage";
import { followLanguage } from "./texts";
import { keepUpToDate } from "./updates";
import "./styles/fonts.css";
import "./styles/base.css";
import "./styles/install.css";
import "./styles/lesson.css";
import "./styles/questions.css";
import "./styles/result.css";
import "./styles/frame.css";
import "./styles/start.css";
import "./styles/path.css";
import "./styles/forms.css";
import "./styles/me.css";

/** For so long, a slow line is for the first content alone. */
const CONTENT_FIRST_MS = 10_000;

const root = document.getElementById("app") as HTMLElement;
const service = document.querySelector<HTMLMetaElement>("meta[name=scout-os-service]")?.content ?? "./";

applyPreferences();
keepFocus();
watchForInstall();
ignoreDoubleTaps();
const texts = followLanguage();
try {
  const app = await App.open(new URL(service, document.baseURI));
  await texts;
  root.replaceChildren();
  render(
    <AppProvider value={app}>
      <Frame />
    </AppProvider>,
    root,
  );
  app.start();
  const patience = new Promise((done) => setTimeout(done, CONTENT_FIRST_MS));
  void Promise.race([app.content.arrives(), patience]).then(() => keepUpToDate(app.base));
} catch (error) {
  root.replaceChildren();
  render(<NoStorage error={error} />, root);
}
