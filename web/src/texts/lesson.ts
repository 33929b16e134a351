/** A lesson. */

import { table } from "./table";

export const TABLE = table({
  "lesson.question": ["Soal {n} dari {all}", "Question {n} of {all}"],
  "lesson.again": ["Ulangi yang tadi belum tepat: {n} dari {all}", "Once more what was not right: {n} of {all}"],
  "lesson.again_begins": ["Yuk, coba lagi yang tadi belum tepat!", "Let's try again what was not right!"],
  "lesson.check": ["Periksa", "Check"],
  "lesson.keep": ["Simpan jawaban", "Keep the answer"],
  "lesson.skip": ["Lewati", "Skip"],
  "lesson.next": ["Lanjut", "Next"],
  "lesson.finish": ["Lihat hasil", "See the result"],
  "lesson.right": ["Benar!", "Right!"],
  "lesson.in_a_row": ["{n} benar berturut-turut!", "{n} right in a row!"],
  "lesson.wrong": ["Belum tepat", "Not quite"],
  "lesson.skipped": ["Tidak apa-apa!", "That's all right!"],
  "lesson.wrong_again": ["Tenang, nanti kita coba lagi.", "No worries, we will try it again later."],
  "lesson.solution": ["Jawaban yang benar:", "The right answer:"],
  "lesson.kept": ["Jawaban disimpan", "Answer kept"],
  "lesson.kept_more": ["Benar atau belum, kamu lihat di akhir.", "You will see at the end whether it is right."],
  "lesson.leave": ["Lanjut nanti", "Go on later"],
  "lesson.leave_why": [
    "Jawabanmu tersimpan. Kamu bisa lanjut kapan saja.",
    "Your answers are kept. Go on whenever you like.",
  ],
  "lesson.sounds_on": ["Nyalakan suara", "Sounds on"],
  "lesson.sounds_off": ["Matikan suara", "Sounds off"],
  "lesson.gap": ["titik-titik", "blank"],
  "lesson.unkept": [
    "Memori HP-mu penuh, jadi jawaban ini belum tersimpan. Hapus foto atau aplikasi dulu, lalu coba lagi.",
    "Your phone is full, so this answer is not kept yet. Delete some photos or apps, then try again.",
  ],
  "lesson.unkept_other": [
    "Jawaban ini belum tersimpan. Coba lagi, ya.",
    "This answer is not kept yet. Please try again.",
  ],
  "lesson.others": [
    "HP ini sekarang dipakai akun lain. Pelajaran ini berhenti dulu, dan jawabannya tersimpan untuk yang memulainya.",
    "Another account uses this phone now. This lesson stops here, and its answers are kept for whoever began it.",
  ],
  "lesson.retry": ["Coba simpan lagi", "Try again"],
  "lesson.nothing": [
    "Pelajaran ini butuh aplikasi yang lebih baru. Buka lagi waktu ada sinyal, ya.",
    "This lesson needs a newer version of the app. Open it again when there is a signal.",
  ],
});
