import { useState } from "preact/hooks";
import type { Session } from "../account/accounts";
import { useApp } from "../app";
import { Field, Form, useForm } from "../parts/form";
import { Screen } from "../parts/screen";
import { text } from "../texts";
import { WhoseLessons } from "./whose-lessons";

/** A new password with a one-time code, which a leader hands out. */
export function ForgotScreen() {
  const { accounts } = useApp();
  const [session, setSession] = useState<Session | null>(null);
  const empty = { username: "", code: "", new_password: "" };
  const form = useForm(empty, ["username", "code", "new_password"], async ({ username, code, new_password }) => {
    setSession(await accounts.signInWithCode(username, code, new_password));
  });
  if (session !== null) return <WhoseLessons session={session} />;
  return (
    <Screen title={text("account.forgot.title")}>
      <p>{text("account.forgot.how")}</p>
      <div class="card">
        <Form form={form} action={text("account.sign_in")}>
          <Field name="username" label={text("account.username")} form={form} autoComplete="username" />
          <Field
            name="code"
            label={text("account.code")}
            form={form}
            help={text("account.code.help")}
            autoComplete="one-time-code"
          />
          <Field
            name="new_password"
            type="password"
            label={text("account.password.new")}
            form={form}
            help={text("account.password.help")}
            autoComplete="new-password"
          />
        </Form>
      </div>
    </Screen>
  );
}
