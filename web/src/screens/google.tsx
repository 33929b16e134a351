import { useEffect, useState } from "preact/hooks";
import type { Session } from "../account/accounts";
import { acceptGoogleAnswer, readGoogleAnswer } from "../account/google";
import { useApp } from "../app";
import { EnterLink } from "../parts/enter-link";
import { Field, Form, useForm } from "../parts/form";
import { Screen } from "../parts/screen";
import { go } from "../routes";
import { Refused } from "../sync/errors";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";
import { WhoseLessons } from "./whose-lessons";

/** Where Google sends the browser back to. The token stays out of the history. */
export function GoogleScreen() {
  const { accounts } = useApp();
  const [token, setToken] = useState<string | null>(null);
  const [session, setSession] = useState<Session | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [needsPassword, setNeedsPassword] = useState(false);
  useEffect(() => {
    const signIn = async () => {
      const answer = readGoogleAnswer(location.hash);
      go({ screen: "google" }, { replace: true });
      const id_token = answer === null ? null : acceptGoogleAnswer(answer, sessionStorage);
      if (id_token === null) return go({ screen: "sign-in" }, { replace: true });
      setToken(id_token);
      setSession(await accounts.signInWithGoogle(id_token, null));
    };
    signIn().catch((error) => {
      if (error instanceof Refused && error.code === "account_exists") setNeedsPassword(true);
      else setProblem(error instanceof Error && "code" in error ? wordsFor(error) : text("account.google.again"));
    });
  }, [accounts]);
  if (session !== null) return <WhoseLessons session={session} />;
  return (
    <Screen title={text("account.google")}>
      {needsPassword && token !== null && <Join token={token} done={setSession} />}
      {!needsPassword && <p role="status">{problem ?? text("shell.loading")}</p>}
      {problem !== null && <EnterLink to="sign-in" />}
    </Screen>
  );
}

/** There is an account with this address: its password proves that both are one person's. */
function Join({ token, done }: { token: string; done(session: Session): void }) {
  const { accounts } = useApp();
  const form = useForm({ password: "" }, ["password"], async ({ password }) => {
    done(await accounts.signInWithGoogle(token, password));
  });
  return (
    <div class="card">
      <p>{text("refused.account_exists")}</p>
      <Form form={form} action={text("account.google.join")}>
        <Field
          name="password"
          type="password"
          label={text("account.password")}
          form={form}
          autoComplete="current-password"
        />
      </Form>
    </div>
  );
}
