/** Pictures, Morse and semaphore. */

import { table } from "./table";

export const TABLE = table({
  "media.missing": ["Gambarnya belum ada di HP-mu: {alt}", "The picture is not on your phone yet: {alt}"],
  "media.play": ["Putar", "Play"],
  "media.pause": ["Jeda", "Pause"],
  "media.stop": ["Berhenti", "Stop"],
  "media.back": ["Mundur", "Back"],
  "media.forward": ["Maju", "Forward"],
  "media.steps": ["Langkah", "Step"],
  "media.step": ["Langkah {n} dari {all}", "Step {n} of {all}"],
  "media.letter": ["Huruf {n} dari {all}", "Letter {n} of {all}"],
  "media.slow": ["Pelan", "Slow"],
  "media.signs": ["Lihat tanda", "Show signs"],
  "media.sound": ["Suara", "Sound"],
  "media.dot": ["titik", "dot"],
  "media.dash": ["garis", "dash"],
  "media.arms": ["Satu lengan {one}, lengan lain {other}", "One arm {one}, the other {other}"],
  "media.place.0": ["ke bawah", "down"],
  "media.place.1": ["ke kiri bawah", "down left"],
  "media.place.2": ["ke kiri", "left"],
  "media.place.3": ["ke kiri atas", "up left"],
  "media.place.4": ["ke atas", "up"],
  "media.place.5": ["ke kanan atas", "up right"],
  "media.place.6": ["ke kanan", "right"],
  "media.place.7": ["ke kanan bawah", "down right"],
});
