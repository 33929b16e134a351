/** The path of levels. */

import { table } from "./table";

export const TABLE = table({
  "path.title": ["Peta belajar", "Learning path"],
  "path.unit": ["Unit {n}", "Unit {n}"],
  "path.start": ["Mulai", "Start"],
  "path.locked": ["Terkunci", "Locked"],
  "path.stars": ["{n} dari 3 bintang", "{n} of 3 stars"],
  "path.offline": [
    "Bagian ini belum ada di HP-mu. Buka lagi waktu ada sinyal, ya.",
    "This section is not on your phone yet. Open it again when there is a signal.",
  ],
  "path.none": ["Belum ada pelajaran di sini.", "There are no lessons here yet."],
});
