/** The service worker: the app's files without a network, pictures kept, and the outbox sent in the background. */

import { PrecacheController } from "workbox-precaching";
import { AVATARS, OUTBOX_TAG } from "../sync/background";
import { REMINDER_TAG } from "../sync/reminder";
import { BoundedCache } from "./bounded-cache";
import { openApp, remind } from "./remind";
import { sendOutbox } from "./send-outbox";

declare const self: ServiceWorkerGlobalScope;
/** All files of this version; a revision is in the name, or beside it. Written by the build. */
declare const __FILES__: { url: string; revision: string | null }[];

/** A pack's pictures: their names change with their content. */
const content = new BoundedCache("scout-os-content", 400);
/** Learners' pictures, of some pages of the leaderboard. */
const avatars = new BoundedCache(AVATARS, 100);

const scope = new URL("./", self.location.href);
/** The service, where the app is served by another host. */
const service = new URL(new URL(self.location.href).searchParams.get("service") ?? scope);
const page = new URL("index.html", scope).href;

const files = new PrecacheController();
files.addToCacheList(__FILES__);

// `install` and `activate` wait by themselves. A new version waits until it is told: a lesson may be open.
self.addEventListener("install", (event) => void files.install(event));
self.addEventListener("activate", (event) => {
  void files.activate(event);
  event.waitUntil(self.clients.claim());
});
self.addEventListener("message", (event) => {
  if (event.data === "take over") void self.skipWaiting();
});
self.addEventListener("fetch", (event) => {
  const answer = answerTo(event);
  if (answer !== null) event.respondWith(answer);
});
self.addEventListener("sync", (event) => {
  if (event.tag === OUTBOX_TAG) event.waitUntil(sendOutbox(service));
});

self.addEventListener("periodicsync", (event) => {
  if (event.tag === REMINDER_TAG) event.waitUntil(remind(scope));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openApp(scope));
});

/** Null: as if there were no worker. */
function answerTo(event: FetchEvent): Promise<Response> | null {
  const { request } = event;
  if (request.method !== "GET") return null;
  const url = new URL(request.url);
  url.hash = "";
  if (request.mode === "navigate") {
    url.search = ""; // such as a campaign's, or what a sign-in elsewhere brought
    return url.href === scope.href || url.href === page ? fileFor(page, event) : null;
  }
  if (files.getCacheKeyForURL(url.href) !== undefined) return fileFor(url.href, event);
  if (isBelow("media/content/", url)) return content.keep(event);
  if (isBelow("media/avatars/", url)) return avatars.renew(event);
  return null;
}

function fileFor(url: string, event: FetchEvent): Promise<Response> {
  return files.createHandlerBoundToURL(url)({ event, request: event.request, url: new URL(url) });
}

function isBelow(path: string, url: URL): boolean {
  return url.href.startsWith(new URL(path, service).href);
}

interface SyncEvent extends ExtendableEvent {
  readonly tag: string;
}

declare global {
  interface ServiceWorkerGlobalScopeEventMap {
    sync: SyncEvent;
    periodicsync: SyncEvent;
  }
}
