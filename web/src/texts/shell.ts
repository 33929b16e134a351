/** Around the screens. */

import { table } from "./table";

export const TABLE = table({
  "shell.path": ["Belajar", "Learn"],
  "shell.board": ["Peringkat", "Leaderboard"],
  "shell.profile": ["Aku", "Me"],
  "shell.back": ["Kembali", "Back"],
  "shell.close": ["Tutup", "Close"],
  "shell.again": ["Coba lagi", "Try again"],
  "shell.loading": ["Sebentar…", "One moment…"],
  "shell.main": ["Menu utama", "Main menu"],
  "shell.storage": [
    "Browser ini tidak mau menyimpan apa pun, jadi pelajaran tidak bisa dimulai. Coba tanpa mode penyamaran.",
    "This browser keeps nothing, so no lesson can begin. Try it without private mode.",
  ],
});
