/** A picture of a result, to be shared. Nobody's name is on it. */

import { SIZE, tunas } from "../art/tunas";
import { saveFile } from "../save-file";
import { STAR } from "./stars";

const EDGE = 1080;
const NAME = "scout-os.png";

export interface Shown {
  headline: string;
  level: string;
  stars: number;
  /** Such as "5 dari 5 benar". */
  lines: readonly string[];
}

/** Share it, or save it where the device cannot share. Null: the learner thought better of it. */
export async function share(shown: Shown, words: string): Promise<"shared" | "saved" | null> {
  const file = new File([await draw(shown)], NAME, { type: "image/png" });
  if (!navigator.canShare?.({ files: [file] })) {
    saveFile(file, NAME);
    return "saved";
  }
  try {
    await navigator.share({ files: [file], text: words });
    return "shared";
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") return null;
    throw error;
  }
}

async function draw({ headline, level, stars, lines }: Shown): Promise<Blob> {
  await document.fonts.ready;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = EDGE;
  const pen = canvas.getContext("2d");
  if (pen === null) throw new Error("no canvas");
  paintGround(pen);
  paintStars(pen, stars);
  paintTunas(pen);
  pen.textAlign = "center";
  pen.fillStyle = "#2b1d12";
  write(pen, headline, 900, 84, 745);
  write(pen, level, 700, 52, 822);
  pen.fillStyle = "#2e6b3a";
  write(pen, lines.join("  ·  "), 800, 46, 905);
  pen.fillStyle = "#5f4d3f";
  write(pen, "Scout OS", 800, 36, 1010);
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob === null ? reject(new Error("no picture")) : resolve(blob)), "image/png"),
  );
}

function paintGround(pen: CanvasRenderingContext2D): void {
  pen.fillStyle = "#6b4226";
  pen.fillRect(0, 0, EDGE, EDGE);
  pen.fillStyle = "#fbf6ec";
  pen.beginPath();
  pen.roundRect(40, 40, EDGE - 80, EDGE - 80, 64);
  pen.fill();
  pen.fillStyle = "#d9edd6";
  pen.beginPath();
  pen.ellipse(EDGE / 2, 640, 330, 46, 0, 0, 2 * Math.PI);
  pen.fill();
}

function paintStars(pen: CanvasRenderingContext2D, stars: number): void {
  for (const place of [0, 1, 2]) {
    pen.save();
    pen.translate(EDGE / 2 + (place - 1) * 210 - 84, place === 1 ? 80 : 110);
    pen.scale(3.5, 3.5);
    pen.fillStyle = place < stars ? "#f2b632" : "#efe4d2";
    pen.fill(new Path2D(STAR));
    pen.restore();
  }
}

function paintTunas(pen: CanvasRenderingContext2D): void {
  pen.save();
  pen.translate(EDGE / 2 - SIZE.width * 1.25, 275);
  pen.scale(2.5, 2.5);
  pen.lineCap = pen.lineJoin = "round";
  for (const { d, fill, stroke, width = 1 } of tunas("cheering")) {
    const path = new Path2D(d);
    if (fill !== undefined) {
      pen.fillStyle = fill;
      pen.fill(path);
    }
    if (stroke !== undefined) {
      pen.strokeStyle = stroke;
      pen.lineWidth = width;
      pen.stroke(path);
    }
  }
  pen.restore();
}

/** One centred line, smaller if it would not fit. */
function write(pen: CanvasRenderingContext2D, words: string, weight: number, size: number, y: number): void {
  pen.font = `${weight} ${size}px Nunito, sans-serif`;
  const fit = Math.min(1, (EDGE - 160) / pen.measureText(words).width);
  pen.font = `${weight} ${Math.floor(size * fit)}px Nunito, sans-serif`;
  pen.fillText(words, EDGE / 2, y);
}
