/** A lesson and its result. */

import { table } from "./table";

export const TABLE = table({
  "lesson.question": ["Soal {n} dari {all}", "Question {n} of {all}"],
  "lesson.again": ["Ulangi yang tadi salah", "Once more what was wrong"],
  "lesson.check": ["Periksa", "Check"],
  "lesson.next": ["Lanjut", "Next"],
  "lesson.right": ["Benar!", "Right!"],
  "lesson.wrong": ["Belum tepat", "Not quite"],
  "lesson.kept": ["Jawaban disimpan", "Answer kept"],
  "lesson.leave": ["Keluar dari pelajaran", "Leave the lesson"],
  "result.title": ["Hasil", "Result"],
  "result.correct": ["{n} dari {all} benar", "{n} of {all} right"],
  "result.xp": ["+{xp} XP", "+{xp} XP"],
  "result.none": [
    "XP level ini sudah kamu dapat. Main lagi buat latihan, yuk!",
    "You have this level's XP already. Play again for practice!",
  ],
  "result.waits": [
    "Belum ada sinyal. Tenang, jawabanmu aman dan dikirim nanti.",
    "No signal yet. Your answers are safe and will be sent later.",
  ],
  "result.guest": [
    "Daftar supaya XP-mu tersimpan dan namamu masuk peringkat.",
    "Sign up to keep your XP and see your name on the board.",
  ],
  "result.path": ["Ke peta belajar", "To the learning path"],
});
