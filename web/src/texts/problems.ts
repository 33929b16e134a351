/** What went wrong, and what becomes of it. */

import { table } from "./table";

export const TABLE = table({
  "problem.unreachable": ["Belum ada sinyal. Coba lagi sebentar lagi.", "No signal yet. Try again in a moment."],
  "problem.storage_full": [
    "Memori HP-mu penuh. Hapus foto atau aplikasi dulu, lalu coba lagi.",
    "Your phone is full. Delete some photos or apps, then try again.",
  ],
  "problem.storage_held": [
    "Tutup jendela lain aplikasi ini dulu, lalu coba lagi.",
    "Close the app's other windows first, then try again.",
  ],
  "problem.missing": [
    "Pelajaran ini belum ada di HP-mu. Buka lagi waktu ada sinyal, ya.",
    "This lesson is not on your phone yet. Open it again when there is a signal.",
  ],
  "problem.unknown": ["Ada yang salah: {detail}", "Something went wrong: {detail}"],
});
