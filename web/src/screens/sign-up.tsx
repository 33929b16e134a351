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
  const [name, setName] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [password, setPassword] = useState("");
  const [gugus_depan, setGugusDepan] = useState("");
  const [session, setSession] = useState<Session | null>(null);
  const username = typed ?? proposeUsername(name);
  const proposed = proposeUsername(username);
  const isMended = typed !== null && typed !== "" && !fitsUsername(typed) && fitsUsername(proposed);
  const values = { name, username, password, gugus_depan };
  const form = useForm(values, ["name", "username", "password"], async () => {
    if (isMended) setTyped(proposed);
    setSession(await app.accounts.signUp({ ...values, username: isMended ? proposed : username }));
  });
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
        </Form>
        <GoogleButton />
      </div>
      <p class="otherwise">
        {text("account.have")} <a href={href({ screen: "sign-in" })}>{text("account.sign_in")}</a>
      </p>
    </Screen>
  );
}
