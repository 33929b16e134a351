/** A script that a window runs only to have the browser look for the service worker in charge; see `updates.ts`. */

close();

export {};
