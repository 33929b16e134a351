/**
 * Sign-in with Google without a script of Google's: the browser goes there and comes back with an ID token after `#`.
 * `state` ties the answer to this window, `nonce` the token to this request; the service checks everything else.
 */

import { randomId } from "../random-id";

const ENDPOINT = "https://accounts.google.com/o/oauth2/v2/auth";
const HELD = "scout-os.google";

/** The answer is not to what this window asked. */
export class ForeignAnswer extends Error {}

/** What Google answered: a token, or a reason such as `access_denied`. */
export interface GoogleAnswer {
  state: string;
  id_token: string | null;
}

interface Held {
  state: string;
  nonce: string;
}

/** The address to go to; what ties the answer to it is kept in `storage` (the window's own). */
export function googleAddress(clientId: string, redirect: string, storage: Pick<Storage, "setItem">): string {
  const held: Held = { state: randomId(), nonce: randomId() };
  storage.setItem(HELD, JSON.stringify(held));
  const parameters = {
    client_id: clientId,
    redirect_uri: redirect,
    response_type: "id_token",
    scope: "openid email profile",
    prompt: "select_account",
    ...held,
  };
  return `${ENDPOINT}?${new URLSearchParams(parameters)}`;
}

/** Google's answer in an address; null: it holds none. */
export function readGoogleAnswer(hash: string): GoogleAnswer | null {
  if (hash.startsWith("#/")) return null;
  const fields = new URLSearchParams(hash.replace(/^#/, ""));
  const [state, id_token] = [fields.get("state"), fields.get("id_token")];
  return state === null || (id_token === null && fields.get("error") === null) ? null : { state, id_token };
}

/** The token, once; null: the learner changed their mind. Raises `ForeignAnswer`. */
export function acceptGoogleAnswer(
  answer: GoogleAnswer,
  storage: Pick<Storage, "getItem" | "removeItem">,
): string | null {
  const kept = storage.getItem(HELD);
  storage.removeItem(HELD);
  const held = kept === null ? null : (JSON.parse(kept) as Held);
  if (held === null || held.state !== answer.state) throw new ForeignAnswer();
  if (answer.id_token !== null && nonceOf(answer.id_token) !== held.nonce) throw new ForeignAnswer();
  return answer.id_token;
}

function nonceOf(id_token: string): unknown {
  try {
    const payload = (id_token.split(".")[1] ?? "").replace(/-/g, "+").replace(/_/g, "/");
    return (JSON.parse(atob(payload)) as { nonce?: unknown }).nonce;
  } catch {
    return undefined;
  }
}
