export { MorseTap } from "./morse-tap";
export { OrderPictures } from "./order-pictures";
export { PointOnMap } from "./point-on-map";
export { SemaphorePose } from "./semaphore-pose";

import "../styles/media.css";
