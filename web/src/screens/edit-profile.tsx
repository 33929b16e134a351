import { useRef } from "preact/hooks";
import { shrinkPicture } from "../account/picture";
import { useApp } from "../app";
import { Avatar } from "../parts/avatar";
import { Field, Form, useForm } from "../parts/form";
import { Icon } from "../parts/icon";
import { Screen } from "../parts/screen";
import { useTold } from "../parts/told";
import type { Profile } from "../store/account-database";
import { text } from "../texts";
import { wordsFor } from "../texts/errors";

/** Name and picture, which others see. */
export function EditProfileScreen() {
  const profile = useApp().learner.profile.value;
  return (
    <Screen title={text("me.edit")} back={{ screen: "profile" }}>
      {profile === null ? (
        <p class="quiet">{text("shell.loading")}</p>
      ) : (
        <>
          <Picture profile={profile} />
          <Name profile={profile} />
        </>
      )}
    </Screen>
  );
}

function Picture({ profile }: { profile: Profile }) {
  const { accounts } = useApp();
  const file = useRef<HTMLInputElement>(null);
  const { told, save } = useTold();
  const work = (change: () => Promise<void>) => save(change, text("shell.loading"));
  const choose = (chosen: File | undefined) => {
    if (chosen !== undefined) void work(async () => accounts.setPicture(await shrinkPicture(chosen)));
  };
  return (
    <div class="card picture">
      <Avatar id={profile.id} name={profile.name} picture={profile.picture_url} />
      <div class="actions">
        <button type="button" class="button outlined" onClick={() => file.current?.click()}>
          <Icon name="camera" /> {text("me.picture.choose")}
        </button>
        {profile.picture_url !== null && (
          <button type="button" class="button plain" onClick={() => work(() => accounts.removePicture())}>
            {text("me.picture.remove")}
          </button>
        )}
      </div>
      <input
        ref={file}
        type="file"
        accept="image/*"
        hidden
        aria-label={text("me.picture")}
        onChange={(event) => {
          choose(event.currentTarget.files?.[0]);
          event.currentTarget.value = ""; // else choosing the same file again would be no change
        }}
      />
      <p role="status">{told}</p>
      <p class="help">{text("me.picture.help")}</p>
    </div>
  );
}

function Name({ profile }: { profile: Profile }) {
  const { accounts } = useApp();
  const { told, tell } = useTold();
  const form = useForm({ full_name: profile.name }, ["full_name"], async ({ full_name }) => {
    tell("");
    await accounts.rename(full_name);
    tell(text("me.saved"));
  });
  const takeScoutName = async () => {
    tell("");
    try {
      const taken = await accounts.takeScoutName();
      form.set("full_name", taken);
      tell(`${taken}. ${text("me.saved")}`);
    } catch (error) {
      tell(wordsFor(error));
    }
  };
  return (
    <div class="card">
      <Form form={form} action={text("me.save")}>
        <Field
          name="full_name"
          label={text("me.name")}
          form={form}
          help={text("account.name.help")}
          autoComplete="nickname"
        />
      </Form>
      <p role="status">{told}</p>
      <button type="button" class="button outlined" onClick={takeScoutName}>
        {text("me.scout_name")}
      </button>
      <p class="help">{text("me.scout_name.help")}</p>
    </div>
  );
}
