/** Prints the app's icons as SVG, by file name without its ending: `scripts/icons.py` makes files of them. */

import { type Shape, SIZE, tunas } from "../src/art/tunas.ts";

const GROUND = "#f2b632";
const EDGE = 512;

/** Tunas on a ground; `share` is how much of the edge he takes, `radius` rounds the corners. */
function icon(share: number, radius: number): string {
  const scale = (EDGE * share) / SIZE.height;
  const [x, y] = [(EDGE - SIZE.width * scale) / 2, (EDGE - SIZE.height * scale) / 2].map(Math.round);
  const shapes = tunas("glad").map(element).join("\n    ");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${EDGE} ${EDGE}">
  <title>Scout OS</title>
  <rect width="${EDGE}" height="${EDGE}" rx="${radius}" fill="${GROUND}"/>
  <g transform="translate(${x} ${y}) scale(${scale.toFixed(4)})" stroke-linecap="round" stroke-linejoin="round">
    ${shapes}
  </g>
</svg>
`;
}

function element({ d, fill = "none", stroke, width }: Shape): string {
  const line = stroke === undefined ? "" : ` stroke="${stroke}" stroke-width="${width ?? 1}"`;
  return `<path fill="${fill}"${line} d="${d}"/>`;
}

// Launchers cut a maskable icon to any shape that contains the inner 80 %; the others are shown as they are.
process.stdout.write(JSON.stringify({ icon: icon(0.84, 96), full: icon(0.84, 0), maskable: icon(0.7, 0) }));
