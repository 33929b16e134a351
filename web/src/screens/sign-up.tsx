import { useEffect, useState } from "preact/hooks";
import { fitsUsername, proposeUsername } from "../account/username";
import { useApp } from "../app";
import { Field, Form, useForm } from "../parts/form";
import { Screen } from "../parts/screen";
import { hasBegun } from "../preferences";
import { go, href } from "../routes";
import { text } from "../texts";
import { GoogleButton } from "./sign-in";

/** For who has no account yet. A name that is no username becomes a proposal. */
export function SignUpScreen() {
  const app = useApp();
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [password, setPassword] = useState("");
  const [gugus_depan, setGugusDepan] = useState("");
  const [hasGuest, setHasGuest] = useState(false);
  const [brings, setBrings] = useState(true);
  useEffect(() => {
    void app.outbox.hasGuestLessons().then(setHasGuest);
  }, [app]);
  const username = typed ?? proposeUsername(name);
  const proposed = proposeUsername(username);
  const isMended = typed !== null && typed !== "" && !fitsUsername(typed) && fitsUsername(proposed);
  const values = { name, username, password, gugus_depan };
  const form = useForm(values, ["name", "username", "password"], async () => {
    if (isMended) setTyped(proposed);
    const session = await app.accounts.signUp({ ...values, username: isMended ? proposed : username });
    hasBegun.value = "yes";
    await app.learner.signIn(session, brings ? "claim" : "keep");
    app.wake();
    go({ screen: "path" }, { replace: true });
  });
  return (
    <Screen title={text("account.sign_up.title")}>
      <p>{text("account.sign_up.why")}</p>
      <div class="card">
        <Form form={form} action={text("account.sign_up")}>
          <Field
            name="name"
            label={text("account.name")}
            value={name}
            change={setName}
            form={form}
            help={text("account.name.help")}
            autoComplete="nickname"
          />
          <Field
            name="username"
            label={text("account.username")}
            value={username}
            change={setTyped}
            form={form}
            help={isMended ? text("account.username.proposed", { username: proposed }) : text("account.username.help")}
            autoComplete="username"
          />
          <Field
            name="password"
            type="password"
            label={text("account.password")}
            value={password}
            change={setPassword}
            form={form}
            help={text("account.password.help")}
            autoComplete="new-password"
          />
          <Field
            name="gugus_depan"
            label={text("account.gugus_depan")}
            value={gugus_depan}
            change={setGugusDepan}
            form={form}
            help={text("account.gugus_depan.help")}
          />
          {hasGuest && (
            <label class="tick">
              <input
                class="tick-box"
                type="checkbox"
                checked={brings}
                onChange={(event) => setBrings(event.currentTarget.checked)}
              />
              <span>{text("account.bring")}</span>
            </label>
          )}
        </Form>
        <GoogleButton />
      </div>
      <p class="otherwise">
        {text("account.have")} <a href={href({ screen: "sign-in" })}>{text("account.sign_in")}</a>
      </p>
    </Screen>
  );
}
