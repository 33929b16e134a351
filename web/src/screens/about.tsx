import { useApp } from "../app";
import { Screen } from "../parts/screen";
import { href, type Route } from "../routes";
import { type TextKey, text } from "../texts";
import { version } from "../updates";

/** What the app is, its versions and licences, and what becomes of what it knows. */
export function AboutScreen() {
  const info = useApp().facts.info.value;
  return (
    <Screen title={text("about.title")} back={{ screen: "profile" }}>
      <p>{text("about.what")}</p>
      <p class="quiet">{text("about.versions", { app: version, service: info?.version ?? text("about.unknown") })}</p>
      <section class="card">
        <h2>{text("about.children")}</h2>
        <ul>
          <li>{text("about.children.1")}</li>
          <li>{text("about.children.2")}</li>
          <li>{text("about.children.3")}</li>
        </ul>
      </section>
      <section class="card">
        <h2>{text("about.parents")}</h2>
        <ul>
          <li>{text("about.parents.1")}</li>
          <li>{text("about.parents.2")}</li>
          <li>{text("about.parents.3")}</li>
        </ul>
      </section>
      <section class="card">
        <h2>{text("about.help")}</h2>
        <Help to={{ screen: "forgot" }} name="about.help.password" how="about.help.password.how" />
        <Help to={{ screen: "waiting" }} name="about.help.xp" how="about.help.xp.how" />
        <p>{text("about.help.else")}</p>
      </section>
      <section class="card">
        <h2>{text("about.licences")}</h2>
        <p>{text("about.licences.text")}</p>
      </section>
    </Screen>
  );
}

function Help({ to, name, how }: { to: Route; name: TextKey; how: TextKey }) {
  return (
    <p>
      <a href={href(to)}>{text(name)}</a> {text(how)}
    </p>
  );
}
