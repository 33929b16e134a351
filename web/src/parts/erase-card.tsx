import { useApp } from "../app";
import { go } from "../routes";
import { text } from "../texts";
import { Field, Form, useForm } from "./form";

/** Erases the account, with honest words and the password. */
export function EraseCard() {
  const { accounts } = useApp();
  const form = useForm({ password: "" }, [], async ({ password }) => {
    await accounts.erase(password);
    go({ screen: "erased" }, { replace: true });
  });
  return (
    <details class="card erase">
      <summary>{text("me.erase")}</summary>
      <p>{text("me.erase.text")}</p>
      <Form form={form} action={text("me.erase.yes")} isDanger>
        <Field
          name="password"
          type="password"
          label={text("account.password")}
          form={form}
          help={text("me.no_password")}
          autoComplete="current-password"
        />
      </Form>
    </details>
  );
}
