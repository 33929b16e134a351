/** What is drawn, in one file: media of questions, and kinds of questions. */

export { MediaView } from "../media/media-view";
export { MorseTap } from "./morse-tap";
export { OrderPictures } from "./order-pictures";
export { PointOnMap } from "./point-on-map";
export { SemaphorePose } from "./semaphore-pose";

import "../styles/media.css";
