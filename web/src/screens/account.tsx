import { useEffect, useState } from "preact/hooks";
import { useApp } from "../app";
import { Switch } from "../parts/choice";
import { EraseCard } from "../parts/erase-card";
import { Field, Form, useForm } from "../parts/form";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { useTold } from "../parts/told";
import { saveFile } from "../save-file";
import { text } from "../texts";

/** The account and what is stored of the learner. */
export function AccountScreen() {
  const { learner } = useApp();
  return (
    <Screen title={text("me.account")} back={{ screen: "profile" }}>
      {learner.isGuest.value ? (
        <p>{text("me.guest.text")}</p>
      ) : (
        <>
          <Visibility />
          <Password />
          <Username />
          <Export />
          <EraseCard />
        </>
      )}
    </Screen>
  );
}

function Visibility() {
  const { accounts, isReachable } = useApp();
  const [isVisible, setVisible] = useState<boolean | null>(null);
  const { told, save } = useTold();
  const isReached = isReachable.value;
  useEffect(() => {
    accounts.isOnBoard().then(setVisible, () => setVisible(null));
  }, [accounts, isReached]);
  const change = (isOn: boolean) =>
    save(async () => {
      await accounts.showOnBoard(isOn);
      setVisible(isOn);
    });
  return (
    <div class="card">
      <Switch label={text("me.visible")} isOn={isVisible ?? true} isDisabled={isVisible === null} change={change}>
        {text(isVisible === null ? "me.visible.offline" : "me.visible.help")}
      </Switch>
      <p role="status">{told}</p>
    </div>
  );
}

function Password() {
  const { accounts } = useApp();
  const [isDone, setDone] = useState(false);
  const empty = { old_password: "", new_password: "" };
  const form = useForm(empty, ["old_password", "new_password"], async ({ old_password, new_password }) => {
    setDone(false);
    await accounts.changePassword(old_password, new_password);
    form.clear();
    setDone(true);
  });
  return (
    <details class="card">
      <summary>{text("me.password")}</summary>
      <Form form={form} action={text("me.save")}>
        <Field
          name="old_password"
          type="password"
          label={text("account.password.old")}
          form={form}
          autoComplete="current-password"
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
      <p role="status">{isDone && text("me.password.done")}</p>
    </details>
  );
}

function Username() {
  const { accounts } = useApp();
  const [isDone, setDone] = useState(false);
  const form = useForm({ username: "", password: "" }, ["username"], async ({ username, password }) => {
    setDone(false);
    await accounts.changeUsername(username.trim().toLowerCase(), password);
    form.set("password", "");
    setDone(true);
  });
  return (
    <details class="card">
      <summary>{text("me.username")}</summary>
      <Form form={form} action={text("me.save")}>
        <Field
          name="username"
          label={text("account.username")}
          form={form}
          help={text("account.username.help")}
          autoComplete="username"
        />
        <Field
          name="password"
          type="password"
          label={text("account.password.old")}
          form={form}
          help={text("me.no_password")}
          autoComplete="current-password"
        />
      </Form>
      <p role="status">{isDone && text("me.username.done")}</p>
    </details>
  );
}

function Export() {
  const { accounts } = useApp();
  const { told, save } = useTold();
  const write = () =>
    save(async () => {
      const data = JSON.stringify(await accounts.exportData(), null, 2);
      saveFile(new Blob([data], { type: "application/json" }), "scout-os.json");
    }, text("shell.loading"));
  return (
    <div class="card">
      <p class="help">{text("me.export.help")}</p>
      <button type="button" class="button outlined" onClick={write}>
        <Icon name="download" /> {text("me.export")}
      </button>
      <p role="status">{told}</p>
    </div>
  );
}
