import { useState } from "preact/hooks";
import { useApp } from "../app";
import { Avatar } from "../parts/avatar";
import { Calendar } from "../parts/calendar";
import { EnterLink } from "../parts/enter-link";
import { Icon, type IconName } from "../parts/icon";
import { RankCard } from "../parts/rank-card";
import { Screen } from "../parts/screen";
import { NextGuest, SignOut } from "../parts/sign-out";
import { href, type Route } from "../routes";
import type { Profile } from "../store/account-database";
import { number, type TextKey, text } from "../texts";

/** Oneself: what was reached, and the ways to settings. */
export function ProfileScreen() {
  const { learner } = useApp();
  const profile = learner.profile.value;
  const isGuest = learner.isGuest.value;
  return (
    <Screen title={text("shell.profile")}>
      {isGuest && <Guest />}
      {profile !== null && <Head profile={profile} />}
      <Figures profile={profile} />
      {profile !== null && (
        <div class="side-by-side">
          <RankCard xp={learner.totalXp.value} />
          <Calendar />
        </div>
      )}
      <Ways isGuest={isGuest} />
    </Screen>
  );
}

function Guest() {
  return (
    <div class="card welcome">
      <h2>{text("me.guest.title")}</h2>
      <p>{text("me.guest.text")}</p>
      <EnterLink to="sign-up" />
      <EnterLink to="sign-in" isOutlined />
    </div>
  );
}

function Head({ profile }: { profile: Profile }) {
  return (
    <div class="me">
      <Avatar id={profile.id} name={profile.name} picture={profile.picture_url} />
      <div>
        <h2>{profile.name}</h2>
        {profile.username !== null && <p class="quiet">@{profile.username}</p>}
        {profile.gugus_depan !== null && <p class="quiet">{text("me.gugus_depan", { name: profile.gugus_depan })}</p>}
      </div>
      <a class="button plain" href={href({ screen: "edit-profile" })} aria-label={text("me.edit")}>
        <Icon name="edit" />
      </a>
    </div>
  );
}

function Figures({ profile }: { profile: Profile | null }) {
  const { learner } = useApp();
  const streak = learner.streak.value;
  const days = (n: number) => text(n === 1 ? "me.days.one" : "me.days", { n: number(n) });
  return (
    <dl class="three">
      <Figure icon="fire" name="me.streak" value={days(streak)} />
      {profile !== null && (
        <>
          <Figure icon="medal" name="me.longest" value={days(Math.max(profile.longest_streak, streak))} />
          <Figure icon="bolt" name="me.total" value={text("path.xp", { xp: number(learner.totalXp.value) })} />
        </>
      )}
    </dl>
  );
}

function Figure({ icon, name, value }: { icon: IconName; name: TextKey; value: string }) {
  return (
    <div>
      <Icon name={icon} />
      <dt>{text(name)}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Ways({ isGuest }: { isGuest: boolean }) {
  const { learner } = useApp();
  const [leaving, setLeaving] = useState<"out" | "switch" | "guest" | null>(null);
  const waits = learner.items.value.length;
  return (
    <nav class="ways" aria-label={text("me.settings")}>
      {waits > 0 && (
        <Way to={{ screen: "waiting" }} icon="clock" name="me.waiting">
          {number(waits)}
        </Way>
      )}
      <Way to={{ screen: "settings" }} icon="gear" name="me.settings" />
      {!isGuest && <Way to={{ screen: "account" }} icon="key" name="me.account" />}
      <Way to={{ screen: "about" }} icon="info" name="me.about" />
      <button type="button" onClick={() => setLeaving(isGuest ? "guest" : "switch")}>
        <Icon name="people" /> <span>{text("me.switch")}</span>
      </button>
      {!isGuest && (
        <button type="button" onClick={() => setLeaving("out")}>
          <Icon name="out" /> <span>{text("me.sign_out")}</span>
        </button>
      )}
      {leaving === "guest" && <NextGuest cancel={() => setLeaving(null)} />}
      {(leaving === "out" || leaving === "switch") && (
        <SignOut thenSignIn={leaving === "switch"} cancel={() => setLeaving(null)} />
      )}
    </nav>
  );
}

function Way({ to, icon, name, children }: { to: Route; icon: IconName; name: TextKey; children?: string }) {
  return (
    <a href={href(to)}>
      <Icon name={icon} /> <span>{text(name)}</span>
      {children !== undefined && <b class="count">{children}</b>}
      <Icon name="forward" />
    </a>
  );
}
