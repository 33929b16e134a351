/** A learner's picture, made small on the device: a photo of 5 MB takes minutes on a slow line. */

/** Pixels; the service makes 512 of it. */
const SIDE = 768;
const QUALITY = 0.85;

/** The file is no picture that this browser can read. */
export class UnreadablePicture extends Error {}

/** The middle square as a JPEG, turned as its camera meant it; nothing else of the file is left. */
export async function shrinkPicture(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" }).catch(() => {
    throw new UnreadablePicture();
  });
  const { width, height } = picture;
  const from = Math.min(width, height);
  const side = Math.min(SIDE, from);
  const canvas = document.createElement("canvas");
  canvas.width = side;
  canvas.height = side;
  canvas.getContext("2d")?.drawImage(picture, (width - from) / 2, (height - from) / 2, from, from, 0, 0, side, side);
  picture.close();
  return new Promise((resolve, reject) =>
    canvas.toBlob(
      (small) => (small === null ? reject(new UnreadablePicture()) : resolve(small)),
      "image/jpeg",
      QUALITY,
    ),
  );
}
