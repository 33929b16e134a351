import { useState } from "preact/hooks";
import type { Session } from "../account/accounts";
import { fitsUsername, proposeUsername } from "../account/username";
import { useApp } from "../app";
import { Field, Form, useForm } from "../parts/form";
import { Screen } from "../parts/screen";
import { href } from "../routes";
import { text } from "../texts";
import { GoogleButton, NoSignal, SomebodyIsHere } from "./sign-in";
import { WhoseLessons } from "./whose-lessons";

/** For who has no account yet. A name that is no username becomes a proposal. */
export function SignUpScreen() {
  const app = useApp();
  const [isTyped, setTyped] = useState(false);
  const [session, setSession] = useState<Session | null>(null);
  const empty = { name: "", username: "", password: "", gugus_depan: "" };
  const form = useForm(empty, ["name", "username", "password"], async (values) => {
    form.set("username", username);
    setSession(await app.accounts.signUp({ ...values, username }));
  });
  const typed = form.values.username;
  const username = fitsUsername(typed) ? typed : proposeUsername(typed) || typed;
  const mended = username === typed ? null : text("account.username.proposed", { username });
  if (session !== null) return <WhoseLessons session={session} />;
  return (
    <Screen title={text("account.sign_up.title")}>
      <p>{text("account.sign_up.why")}</p>
      <NoSignal />
      <div class="card">
        <SomebodyIsHere />
        <Form form={form} action={text("account.sign_up")}>
          <Field
            name="name"
            label={text("account.name")}
            form={form}
            change={(name) => isTyped || form.set("username", proposeUsername(name))}
            help={text("account.name.help")}
            autoComplete="nickname"
          />
          <Field
            name="username"
            label={text("account.username")}
            form={form}
            change={() => setTyped(true)}
            help={mended ?? text("account.username.help")}
            autoComplete="username"
          />
          <p class="for-ears" role="status">
            {mended}
          </p>
          <Field
            name="password"
            type="password"
            label={text("account.password")}
            form={form}
            help={text("account.password.help")}
            autoComplete="new-password"
          />
          <Field
            name="gugus_depan"
            label={text("account.gugus_depan")}
            form={form}
            help={text("account.gugus_depan.help")}
          />
        </Form>
        <GoogleButton />
      </div>
      <p class="otherwise">
        {text("account.have")} <a href={href({ screen: "sign-in" })}>{text("account.sign_in")}</a>
      </p>
    </Screen>
  );
}
