/** Kinds of questions that are drawn: they come in a file of their own. */

import { later } from "../parts/later";

const drawn = () => import("./drawn");

export const MorseTap = later(() => drawn().then((it) => it.MorseTap));
export const SemaphorePose = later(() => drawn().then((it) => it.SemaphorePose));
export const OrderPictures = later(() => drawn().then((it) => it.OrderPictures));
export const PointOnMap = later(() => drawn().then((it) => it.PointOnMap));
