import type { JSX } from "preact";
import { href, type Route, route } from "../routes";
import { BoardScreen } from "../screens/board";
import { LessonScreen } from "../screens/lesson";
import { PathScreen } from "../screens/path";
import { ProfileScreen } from "../screens/profile";
import { ResultScreen } from "../screens/result";
import { type TextKey, text } from "../texts";
import { Icon, type IconName } from "./icon";
import { InstallCard } from "./install-card";

/** What each address shows. */
function screenOf(to: Route): JSX.Element {
  switch (to.screen) {
    case "lesson":
      return <LessonScreen key={to.level} levelId={to.level} />;
    case "result":
      return <ResultScreen key={to.key} levelId={to.level} requestKey={to.key} />;
    case "board":
      return <BoardScreen />;
    case "profile":
      return <ProfileScreen />;
    default:
      return <PathScreen sectionId={to.screen === "path" ? to.section : undefined} />;
  }
}

const TABS: { to: Route; icon: IconName; name: TextKey }[] = [
  { to: { screen: "path" }, icon: "path", name: "shell.path" },
  { to: { screen: "board" }, icon: "board", name: "shell.board" },
  { to: { screen: "profile" }, icon: "person", name: "shell.profile" },
];

/** The screen of the present address, and the main menu except in a lesson. */
export function Frame() {
  const to = route.value;
  const isLesson = to.screen === "lesson" || to.screen === "result";
  return (
    <>
      {screenOf(to)}
      {to.screen === "path" && <InstallCard />}
      {!isLesson && (
        <nav class="tabs" aria-label={text("shell.main")}>
          {TABS.map(({ to: tab, icon, name }) => (
            <a key={name} href={href(tab)} aria-current={tab.screen === to.screen ? "page" : undefined}>
              <Icon name={icon} />
              <span>{text(name)}</span>
            </a>
          ))}
        </nav>
      )}
    </>
  );
}
