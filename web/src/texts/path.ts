/** The first screen, and the path of levels. */

import { table } from "./table";

export const TABLE = table({
  "start.title": ["Ayo jadi Pramuka jagoan!", "Become a champion scout!"],
  "start.text": [
    "Main soal seru, satu level sehari. Bisa tanpa internet.",
    "Fun questions, one level a day. Even without the internet.",
  ],
  "start.go": ["Ayo mulai!", "Let's go!"],
  "start.loading": ["Menyiapkan soal pertamamu…", "Getting your first question…"],
  "start.offline": [
    "Soalnya belum sampai. Dekati tempat yang ada sinyal, lalu coba lagi.",
    "The questions have not arrived. Find a spot with a signal, then try again.",
  ],
  "start.again": ["Coba lagi", "Try again"],
  "path.title": ["Peta belajar", "Learning path"],
  "path.sections": ["Bagian", "Sections"],
  "path.unit": ["Unit {n}", "Unit {n}"],
  "path.here": ["Mulai di sini", "Start here"],
  "path.go_on": ["Lanjutkan", "Go on"],
  "path.locked": ["Terkunci", "Locked"],
  "path.locked.why": ["Selesaikan level sebelumnya dulu, ya.", "Finish the level before first."],
  "path.done": ["Selesai", "Done"],
  "path.open": ["Terbuka", "Open"],
  "path.stars": ["{n} dari 3 bintang", "{n} of 3 stars"],
  "path.level": ["Level {n}", "Level {n}"],
  "path.xp": ["{xp} XP", "{xp} XP"],
  "path.total_xp": ["Total {xp} XP", "{xp} XP in all"],
  "path.streak": ["{n} hari berturut-turut", "{n} days in a row"],
  "path.progress": ["{n} dari {all} level", "{n} of {all} levels"],
  "path.not_here": ["belum diunduh", "not downloaded"],
  "path.offline": [
    "Bagian ini belum ada di HP-mu. Buka lagi waktu ada sinyal, ya.",
    "This section is not on your phone yet. Open it again when there is a signal.",
  ],
  "path.none": ["Belum ada pelajaran di sini.", "There are no lessons here yet."],
  "path.account_first": [
    "Jawaban di sini diperiksa lewat internet, jadi daftar dulu, ya.",
    "Answers here are checked over the internet, so please sign up first.",
  ],
});
