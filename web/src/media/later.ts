/** Drawings, Morse and semaphore come in a file of their own: most first questions have none. */

import { later } from "../parts/later";

export const MediaView = later(() => import("../questions/drawn").then((it) => it.MediaView));
