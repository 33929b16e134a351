/** Tunas, the mascot: a coconut that sprouts, as shapes that a page and a canvas can both draw. 120 × 150. */

export type Mood = "waiting" | "glad" | "comforting" | "cheering";

export interface Shape {
  d: string;
  fill?: string;
  stroke?: string;
  width?: number;
  /** What moves together. */
  part?: "sprout" | "arms";
}

export const SIZE = { width: 120, height: 150 } as const;

const DARK = "#3a2210";
const SHELL = "#8a5a34";
const RED = "#c8372d";
const LEAF = "#3f8f4a";

const SPROUT: Shape[] = [
  { part: "sprout", fill: LEAF, d: "M60 50C54 34 38 24 14 25C22 42 42 51 60 50Z" },
  { part: "sprout", fill: "#57ab5a", d: "M60 50C66 34 82 24 106 25C98 42 78 51 60 50Z" },
  { part: "sprout", fill: "#79c46f", d: "M60 52C50 36 51 18 61 3C71 18 70 36 60 52Z" },
  {
    part: "sprout",
    stroke: "#2e6b3a",
    width: 2,
    d: "M60 50C50 41 38 34 26 30M60 50C70 41 82 34 94 30M60 50C60 36 60 26 61 14",
  },
];

const BODY: Shape[] = [
  { fill: "#6f4626", d: "M42 139a8 6 0 1 0 16 0a8 6 0 1 0-16 0M62 139a8 6 0 1 0 16 0a8 6 0 1 0-16 0" },
  { fill: SHELL, d: "M60 46C84 46 101 66 101 92C101 120 83 138 60 138C37 138 19 120 19 92C19 66 36 46 60 46Z" },
  {
    stroke: "#6f4626",
    width: 2.5,
    d: "M33 66C37 60 42 56 47 54M87 66C83 60 78 56 73 54M25 84C26 79 27 76 29 73M95 84C94 79 93 76 91 73",
  },
  { fill: "#f6e3c8", d: "M60 67C80 67 90 79 90 93C90 108 77 117 60 117C43 117 30 108 30 93C30 79 40 67 60 67Z" },
  { fill: "#f3b7a0", d: "M36 101a6 4 0 1 0 12 0a6 4 0 1 0-12 0M72 101a6 4 0 1 0 12 0a6 4 0 1 0-12 0" },
];

const SCARF: Shape[] = [
  { fill: "#ffffff", d: "M25 112C44 124 76 124 95 112L91 124C76 134 44 134 29 124Z" },
  { fill: RED, d: "M25 112C44 124 76 124 95 112L93 118C76 129 44 129 27 118Z" },
  { fill: RED, d: "M58 125L44 146L56 143L60 130L64 143L76 146L62 125Z" },
  { fill: "#ffffff", d: "M53 122h14v9h-14Z" },
  { stroke: RED, width: 2, d: "M55 126.5h10" },
];

const FACES: Record<Mood, Shape[]> = {
  waiting: [
    { fill: DARK, d: "M43 90a5 6 0 1 0 10 0a5 6 0 1 0-10 0M67 90a5 6 0 1 0 10 0a5 6 0 1 0-10 0" },
    {
      fill: "#ffffff",
      d: "M48 88a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M72 88a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0",
    },
    { stroke: DARK, width: 3, d: "M53 103C57 107 63 107 67 103" },
  ],
  glad: [
    { stroke: DARK, width: 3.5, d: "M42 91C44 84 51 84 53 91M67 91C69 84 76 84 78 91" },
    {
      fill: "#7c2018",
      stroke: DARK,
      width: 2,
      d: "M50 100C56 102 64 102 70 100C69 110 64 113 60 113C56 113 51 110 50 100Z",
    },
  ],
  comforting: [
    { fill: DARK, d: "M43 91a5 5.5 0 1 0 10 0a5 5.5 0 1 0-10 0M67 91a5 5.5 0 1 0 10 0a5 5.5 0 1 0-10 0" },
    {
      fill: "#ffffff",
      d: "M45 89a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0M69 89a1.8 1.8 0 1 0 3.6 0a1.8 1.8 0 1 0-3.6 0",
    },
    { stroke: DARK, width: 2.5, d: "M41 82C44 79 48 78 51 78M79 82C76 79 72 78 69 78" },
    { stroke: DARK, width: 3, d: "M54 105C58 107 62 107 66 104" },
  ],
  cheering: [
    {
      fill: DARK,
      d: "M48 81l2.5 5.5l6 .6l-4.5 4l1.3 6l-5.3-3.1l-5.3 3.1l1.3-6l-4.5-4l6-.6ZM72 81l2.5 5.5l6 .6l-4.5 4l1.3 6l-5.3-3.1l-5.3 3.1l1.3-6l-4.5-4l6-.6Z",
    },
    {
      fill: "#7c2018",
      stroke: DARK,
      width: 2,
      d: "M48 101C56 103 64 103 72 101C71 112 65 115 60 115C55 115 49 112 48 101Z",
    },
  ],
};

const ARMS: Record<Mood, string> = {
  waiting: "M22 104C14 108 12 114 14 120M98 104C106 108 108 114 106 120",
  glad: "M22 102C12 98 8 90 8 82M98 104C106 108 108 114 106 120",
  comforting: "M22 104C14 106 10 102 8 97M98 104C106 106 110 102 112 97",
  cheering: "M22 100C10 92 6 80 8 68M98 100C110 92 114 80 112 68",
};

export function tunas(mood: Mood): Shape[] {
  const arms: Shape = { part: "arms", stroke: SHELL, width: 8, d: ARMS[mood] };
  return [...SPROUT, arms, ...BODY, ...SCARF, ...FACES[mood]];
}
