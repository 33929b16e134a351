import type { JSX } from "preact";
import { useApp } from "../app";
import { hasBegun } from "../preferences";
import { href, type Route, route } from "../routes";
import {
  AboutScreen,
  AccountScreen,
  BoardScreen,
  EditProfileScreen,
  ErasedScreen,
  ForgotScreen,
  GoogleScreen,
  ProfileScreen,
  ResultScreen,
  SettingsScreen,
  SignInScreen,
  SignUpScreen,
  WaitingScreen,
} from "../screens/later";
import { LessonScreen } from "../screens/lesson";
import { PathScreen } from "../screens/path";
import { StartScreen } from "../screens/start";
import { type TextKey, text } from "../texts";
import { Icon, type IconName } from "./icon";
import { InstallCard } from "./install-card";
import { NoticeBar } from "./notice-bar";

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
    case "edit-profile":
      return <EditProfileScreen />;
    case "settings":
      return <SettingsScreen />;
    case "account":
      return <AccountScreen />;
    case "sign-in":
      return <SignInScreen />;
    case "sign-up":
      return <SignUpScreen />;
    case "forgot":
      return <ForgotScreen />;
    case "google":
      return <GoogleScreen />;
    case "erased":
      return <ErasedScreen />;
    case "waiting":
      return <WaitingScreen />;
    case "about":
      return <AboutScreen />;
    case "start":
      return <StartScreen />;
    default:
      return <PathScreen sectionId={to.section} />;
  }
}

const TABS: { to: Route; icon: IconName; name: TextKey }[] = [
  { to: { screen: "path" }, icon: "path", name: "shell.path" },
  { to: { screen: "board" }, icon: "board", name: "shell.board" },
  { to: { screen: "profile" }, icon: "person", name: "shell.profile" },
];

/** Without the main menu. */
const ALONE: ReadonlySet<Route["screen"]> = new Set(["start", "lesson", "result"]);
/** Screens that are reached from the learner's own. */
const OWN: ReadonlySet<Route["screen"]> = new Set(["edit-profile", "settings", "account", "waiting", "about"]);

function isWithin(to: Route, tab: Route): boolean {
  return to.screen === tab.screen || (tab.screen === "profile" && OWN.has(to.screen));
}

/** The screen of the present address, and the main menu except in a lesson. */
export function Frame() {
  const { learner } = useApp();
  const isNew = learner.isGuest.value && hasBegun.value === "no";
  const to: Route = route.value.screen === "start" && !isNew ? { screen: "path" } : route.value;
  const isAlone = ALONE.has(to.screen);
  return (
    <div class="frame" data-screen={to.screen} data-has-tabs={!isAlone || undefined}>
      <NoticeBar />
      {screenOf(to)}
      {to.screen === "path" && <InstallCard />}
      {!isAlone && (
        <nav class="tabs" aria-label={text("shell.main")}>
          {TABS.map(({ to: tab, icon, name }) => (
            <a key={name} href={href(tab)} aria-current={isWithin(to, tab) ? "page" : undefined}>
              <Icon name={icon} />
              <span>{text(name)}</span>
            </a>
          ))}
        </nav>
      )}
    </div>
  );
}
