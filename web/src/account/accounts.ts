/** What a learner does with an account. Raises `Refused`, `Unreachable` and, once signed in, `SignInNeeded`. */

import type { Learner } from "../learner";
import { TIMEZONE } from "../learning/days";
import type { components } from "../openapi";
import { randomId } from "../random-id";
import type { Profile } from "../store/account-database";
import type { Json, Service } from "../sync/service";

type Schemas = components["schemas"];

/** Somebody proved who they are; nothing of it is kept before `Learner.signIn`. */
export type Session = Pick<Schemas["SessionData"], "access_token" | "user">;

/** A sign-up as the learner filled it in. */
export interface Newcomer {
  name: string;
  username: string;
  password: string;
  gugus_depan: string;
}

export class Accounts {
  private lastSignUp = { body: "", key: "" };

  constructor(
    private readonly service: Service,
    private readonly learner: Learner,
  ) {}

  /** Make an account. If the answer is lost, the same request gets the same account. */
  async signUp({ name, username, password, gugus_depan }: Newcomer): Promise<Session> {
    const filled = Object.entries({ name: name.trim(), gugus_depan: gugus_depan.trim() }).filter(([, text]) => text);
    const body = JSON.stringify({ ...Object.fromEntries(filled), username, password, timezone: TIMEZONE });
    if (this.lastSignUp.body !== body) this.lastSignUp = { body, key: randomId() };
    return this.session("/auth/register", body, this.lastSignUp.key);
  }

  signIn(username: string, password: string): Promise<Session> {
    return this.session("/auth/login", JSON.stringify({ username, password }));
  }

  signInWithCode(username: string, code: string, new_password: string): Promise<Session> {
    return this.session("/auth/password/code", JSON.stringify({ username, code, new_password }));
  }

  /** `password` joins Google's account with the one that has its address already. */
  signInWithGoogle(id_token: string, password: string | null): Promise<Session> {
    const proof = password === null ? {} : { password };
    return this.session("/auth/google", JSON.stringify({ id_token, timezone: TIMEZONE, ...proof }));
  }

  /** All other devices are signed out; this one gets a new token. */
  async changePassword(old_password: string, new_password: string): Promise<void> {
    const account = this.learner.account.value; // when the answer comes, the next child may be here
    const { data } = await this.post("/auth/password", { old_password, new_password });
    await this.learner.renewToken(account, (data as Schemas["NewTokenData"]).access_token);
  }

  /** `password` is "" for an account that has none. */
  async changeUsername(username: string, password: string): Promise<void> {
    await this.post("/auth/username", password === "" ? { username } : { username, password });
    await this.learner.refresh();
  }

  async rename(full_name: string): Promise<void> {
    await this.keptProfile("PATCH", "/users/me/profile", JSON.stringify({ full_name }));
  }

  /** Take a name that says nothing about anybody; the name. */
  async takeScoutName(): Promise<string> {
    return (await this.keptProfile("PUT", "/users/me/scout-name", null)).name;
  }

  async setPicture(picture: Blob): Promise<void> {
    await this.learner.ask({ method: "PUT", path: "/me/avatar", body: picture });
    await this.learner.refresh();
  }

  async removePicture(): Promise<void> {
    await this.learner.ask({ method: "DELETE", path: "/me/avatar" });
    await this.learner.refresh();
  }

  async isOnBoard(): Promise<boolean> {
    const { data } = await this.learner.ask({ method: "GET", path: "/me/board-visibility" });
    return (data as { visible: boolean }).visible;
  }

  async showOnBoard(visible: boolean): Promise<void> {
    await this.learner.ask({ method: "PUT", path: "/me/board-visibility", body: JSON.stringify({ visible }) });
  }

  /** All that the service holds about the learner. */
  async exportData(): Promise<Json> {
    return (await this.learner.ask({ method: "GET", path: "/me/export" })).data as Json;
  }

  /** Erase the account, and everything of it on this device. */
  async erase(password: string): Promise<void> {
    const account = this.learner.account.value; // when the answer comes, the next child may be here
    const body = JSON.stringify(password === "" ? {} : { password });
    await this.learner.ask({ method: "DELETE", path: "/me", body });
    await this.learner.forget(account);
  }

  private async keptProfile(method: string, path: string, body: string | null): Promise<Profile> {
    const profile = (await this.learner.ask({ method, path, body })).data as Profile;
    await this.learner.keepProfile(profile);
    return profile;
  }

  private post(path: string, body: object): Promise<Json> {
    return this.learner.ask({ method: "POST", path, body: JSON.stringify(body) });
  }

  private async session(path: string, body: string, key?: string): Promise<Session> {
    const call = { method: "POST", path, body };
    const { data } = await this.service.call(key === undefined ? call : { ...call, key });
    return data as Session;
  }
}
