import { useEffect, useState } from "preact/hooks";
import type { Session } from "../account/accounts";
import { googleAddress } from "../account/google";
import { useApp } from "../app";
import { Field, Form, useForm } from "../parts/form";
import { Screen } from "../parts/screen";
import { href } from "../routes";
import { text } from "../texts";
import { WhoseLessons } from "./whose-lessons";

/** For who has an account. Nothing on it tells who learned on this device before. */
export function SignInScreen() {
  const app = useApp();
  const [session, setSession] = useState<Session | null>(null);
  const empty = { username: "", password: "" };
  const form = useForm(empty, ["username", "password"], async ({ username, password }) => {
    setSession(await app.accounts.signIn(username, password));
  });
  if (session !== null) return <WhoseLessons session={session} />;
  return (
    <Screen title={text("account.sign_in.title")}>
      <NoSignal />
      <div class="card">
        <SomebodyIsHere />
        <Form form={form} action={text("account.sign_in")}>
          <Field name="username" label={text("account.username")} form={form} autoComplete="username" />
          <Field
            name="password"
            type="password"
            label={text("account.password")}
            form={form}
            autoComplete="current-password"
          />
        </Form>
        <GoogleButton />
        <a class="button plain" href={href({ screen: "forgot" })}>
          {text("account.forgot")}
        </a>
      </div>
      <p class="otherwise">
        {text("account.have_none")} <a href={href({ screen: "sign-up" })}>{text("account.sign_up")}</a>
      </p>
      {app.isReachable.value && app.learner.isGuest.value && (
        <p class="otherwise">
          <a href={href({ screen: "path" })}>{text("account.without")}</a>
        </p>
      )}
      <OthersWait />
    </Screen>
  );
}

/** Says what becomes of who is signed in on this device. */
export function SomebodyIsHere() {
  const { learner } = useApp();
  const isHere = !learner.isGuest.value && !learner.needsSignIn.value;
  return isHere ? <p>{text("account.somebody_is_here")}</p> : null;
}

/** Shown where the service says that it knows Google. */
export function GoogleButton() {
  const { facts } = useApp();
  const clientId = facts.info.value?.google_client_id ?? null;
  if (clientId === null) return null;
  const leave = () => {
    const redirect = location.href.split("#")[0] ?? location.href;
    location.assign(googleAddress(clientId, redirect, sessionStorage));
  };
  return (
    <>
      <p class="or">{text("account.or")}</p>
      <button type="button" class="button outlined" onClick={leave}>
        {text("account.google")}
      </button>
    </>
  );
}

/** Accounts need the service, lessons do not. */
export function NoSignal() {
  const { isReachable } = useApp();
  if (isReachable.value) return null;
  return (
    <div class="card" role="status">
      <p>{text("account.offline")}</p>
      <a class="button outlined" href={href({ screen: "path" })}>
        {text("account.without")}
      </a>
    </div>
  );
}

/** Says that lessons of somebody, not whose, wait for their owner. */
function OthersWait() {
  const { outbox, learner } = useApp();
  const [waits, setWaits] = useState(false);
  useEffect(() => {
    void outbox.waitsForOwner(learner.account.value).then(setWaits);
  }, [outbox, learner]);
  return waits ? <p class="quiet otherwise">{text("account.others_wait")}</p> : null;
}
