/** Short sounds, made on the device: no files. Silent unless the learner switched sounds on. */

import { sounds, vibration } from "../preferences";

/** Hertz, start and length in seconds. */
type Note = readonly [frequency: number, at: number, length: number];

const NOTES = {
  right: [
    [659, 0, 0.12],
    [988, 0.1, 0.22],
  ],
  wrong: [
    [330, 0, 0.14],
    [294, 0.12, 0.2],
  ],
  kept: [[523, 0, 0.12]],
  finished: [
    [523, 0, 0.14],
    [659, 0.13, 0.14],
    [784, 0.26, 0.14],
    [1047, 0.39, 0.4],
  ],
} as const satisfies Record<string, readonly Note[]>;

export type Sound = keyof typeof NOTES;

const LOUDNESS = 0.18;
/** Rise and fall of a tone in seconds; without them it clicks. */
const EDGE = 0.012;

let context: AudioContext | null = null;

/** The device's sound; null where there is none. Browsers start it only after a touch or a key. */
export function audio(): AudioContext | null {
  if (context === null && "AudioContext" in globalThis) context = new AudioContext();
  if (context?.state === "suspended") void context.resume();
  return context;
}

export function play(sound: Sound): void {
  if (sounds.value === "off") return;
  const output = audio();
  if (output === null) return;
  for (const [frequency, at, length] of NOTES[sound])
    tone(output, frequency, output.currentTime + at, length, "triangle");
}

/** One tone, from `at` on the sound's own clock; ends by itself. */
export function tone(
  output: AudioContext,
  frequency: number,
  at: number,
  length: number,
  type: OscillatorType = "sine",
): OscillatorNode {
  const oscillator = new OscillatorNode(output, { frequency, type });
  const volume = new GainNode(output, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(LOUDNESS, at + EDGE);
  volume.gain.setValueAtTime(LOUDNESS, at + Math.max(EDGE, length - EDGE));
  volume.gain.linearRampToValueAtTime(0, at + length);
  oscillator.connect(volume).connect(output.destination);
  oscillator.start(at);
  oscillator.stop(at + length + EDGE);
  return oscillator;
}

/** Milliseconds on, off, on… Nothing where the device cannot, or may not yet. */
export function vibrate(pattern: number[]): void {
  if (vibration.value === "on" && "vibrate" in navigator && navigator.userActivation?.hasBeenActive !== false)
    navigator.vibrate(pattern);
}
