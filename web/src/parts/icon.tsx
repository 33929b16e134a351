/** Icons drawn with strokes, 24 × 24; they take the colour of the text beside them. */

const PATHS = {
  path: "M5 20c6 0 8-3 8-6s-3-4-3-7 2-4 8-4M3 20h4M17 3h4",
  board: "M4 20V12h5v8M9.5 20V5h5v15M15 20v-6h5v6",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4 21c1-5 4-7 8-7s7 2 8 7",
  back: "M15 5l-7 7 7 7",
  close: "M5 5l14 14M19 5L5 19",
  right: "M4 12l5 6L20 6",
  wrong: "M6 6l12 12M18 6L6 18",
  bolt: "M13 3L5 14h6l-1 7 8-11h-6Z",
  cloud_up: "M7 18h10a4 4 0 0 0 .5-8A6 6 0 0 0 6 9.5 4.3 4.3 0 0 0 7 18ZM12 16v-5M9.5 13L12 10.5l2.5 2.5",
  turn: "M5 6a9 9 0 1 0 14 0M19 11V6h-5",
  turn_back: "M19 6a9 9 0 1 1-14 0M5 11V6h5",
  again: "M20 11a8 8 0 1 0-2 6M20 4v7h-7",
  lock: "M6 11h12v9H6ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  up: "M6 15l6-6 6 6",
  down: "M6 9l6 6 6-6",
  thumb_up: "M7 11l4-8c2 0 3 1 2.5 3.5L13 9h5.5a1.7 1.7 0 0 1 1.6 2.2l-2 7A2 2 0 0 1 16.2 20H7ZM3 11h4v9H3Z",
  thumb_down: "M17 13l-4 8c-2 0-3-1-2.5-3.5L11 15H5.5a1.7 1.7 0 0 1-1.6-2.2l2-7A2 2 0 0 1 7.8 4H17ZM21 13h-4V4h4Z",
  sound: "M4 9.5v5h4l5 4v-13l-5 4ZM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11",
  mute: "M4 9.5v5h4l5 4v-13l-5 4ZM16.5 9.5l5 5M21.5 9.5l-5 5",
  play: "M8 5l11 7-11 7Z",
  stop: "M7 7h10v10H7Z",
  before: "M14 6l-6 6 6 6",
  after: "M10 6l6 6-6 6",
  erase: "M9 6h11v12H9l-6-6ZM12 9.5l5 5M17 9.5l-5 5",
  share: "M12 15V4M8 7.5L12 3.5l4 4M5 12v8h14v-8",
  star: "M12 3l2.7 5.8 6.3.8-4.6 4.3 1.2 6.2L12 17l-5.6 3.1 1.2-6.2L3 9.6l6.3-.8Z",
  fire: "M12 3c1 4 5 5 5 10a5 5 0 0 1-10 0c0-2 1-3 2-4 0 2 1 3 2 3 1-3-1-5 1-9ZM4 21h16",
  live: "M12 13a1 1 0 1 0 0-2 1 1 0 0 0 0 2ZM8.5 8.5a5 5 0 0 0 0 7M15.5 8.5a5 5 0 0 1 0 7M5.5 5.5a9.2 9.2 0 0 0 0 13M18.5 5.5a9.2 9.2 0 0 1 0 13",
  clock: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7v5l3.5 2",
  upload: "M7 18h-.5a4 4 0 0 1-.5-8A6 6 0 0 1 17.5 9.5a4.3 4.3 0 0 1 0 8.5H17M12 20v-8M8.5 15 12 11.5 15.5 15",
  hidden:
    "M4 4l16 16M10 5.4A9.5 9.5 0 0 1 12 5c5 0 8.5 4 9.5 7a11 11 0 0 1-2.7 4M6.3 7.3A11.5 11.5 0 0 0 2.5 12c1 3 4.5 7 9.5 7a9.5 9.5 0 0 0 4.6-1.2M9.9 9.9a3 3 0 0 0 4.2 4.2",
  tent: "M12 5 3 20h18ZM12 12l-4 8M12 12l4 8M12 5l1.5-2.5M12 5l-1.5-2.5",
  cloud: "M7 18h10a4 4 0 0 0 .5-8A6 6 0 0 0 6 9.5 4.3 4.3 0 0 0 7 18ZM3 3l18 18",
  eye: "M2.5 12c2.5-4.5 5.7-6.5 9.5-6.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5S5 16.5 2.5 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  medal: "M12 21a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM8 9.5L6 3M16 9.5L18 3M12 13v4",
  edit: "M4 20l1-4L16 5l3 3L8 19ZM14 7l3 3",
  gear: "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM12 3v3M12 18v3M3 12h3M18 12h3M5.6 5.6l2.2 2.2M16.2 16.2l2.2 2.2M5.6 18.4l2.2-2.2M16.2 7.8l2.2-2.2",
  key: "M8 16a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM12 12h9M18 12v3.5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5M12 7.5v.5",
  out: "M10 4H5v16h5M9 12h11M16 8l4 4-4 4",
  people:
    "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 20c.5-4 3-6 6.5-6s6 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.5M18 14.5c2 .8 3.2 2.7 3.5 5.5",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  forward: "M9 5l7 7-7 7",
  camera: "M4 8h3l2-3h6l2 3h3v11H4ZM12 16.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7Z",
  screen: "M3 5h18v11H3ZM8 20h8M12 16v4",
  hike: "M13 5.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3ZM9 21l2.5-6-2-2.5 1.5-5 3 1.5L16 11h2M11.5 15L14 17v4M18 8v13M7.5 12L9 8l2-.5",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, filled = false }: { name: IconName; filled?: boolean }) {
  return (
    <svg class={filled ? "icon filled" : "icon"} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
