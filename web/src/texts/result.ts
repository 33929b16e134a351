/** What a lesson brought. */

import { table } from "./table";

export const TABLE = table({
  "result.title": ["Hasil", "Result"],
  "result.three": ["Sempurna!", "Perfect!"],
  "result.two": ["Hebat sekali!", "Great work!"],
  "result.one": ["Kamu lulus!", "You passed!"],
  "result.nearly": ["Hampir! Coba sekali lagi, yuk", "Nearly! Let's try once more"],
  "result.not_yet": ["Tidak apa-apa. Coba sekali lagi, yuk", "Never mind. Let's try once more"],
  "result.unknown": ["Selesai! Bagus sekali", "Done! Well played"],
  "result.stars": ["{n} dari 3 bintang", "{n} of 3 stars"],
  "result.correct": ["{n} dari {all} benar", "{n} of {all} right"],
  "result.needs": ["Untuk lulus perlu {n} benar.", "You need {n} right to pass."],
  "result.xp": ["+{xp} XP", "+{xp} XP"],
  "result.will_pay": ["{xp} XP menunggumu!", "{xp} XP are waiting for you!"],
  "result.could_pay": ["Lulus dapat {xp} XP!", "Passing brings {xp} XP!"],
  "result.none": [
    "XP level ini sudah kamu dapat. Main lagi buat latihan, yuk!",
    "You have this level's XP already. Play again for practice!",
  ],
  "result.streak": ["{n} hari berturut-turut", "{n} days in a row"],
  "result.streak_one": ["Api unggunmu menyala!", "Your campfire is burning!"],
  "result.sent": ["Sudah sampai dan dihitung.", "It has arrived and counts."],
  "result.waits": [
    "Belum ada sinyal. Tenang, jawabanmu aman dan dikirim nanti.",
    "No signal yet. Your answers are safe and will be sent later.",
  ],
  "result.sending": ["Mengirim jawabanmu…", "Sending your answers…"],
  "result.locked": [
    "Jawabanmu menunggu level sebelumnya sampai dulu. Tidak ada yang hilang.",
    "Your answers wait until the level before has arrived. Nothing is lost.",
  ],
  "result.sign_in_why": [
    "Masuk lagi supaya jawabanmu bisa dikirim.",
    "Sign in again so that your answers can be sent.",
  ],
  "result.sign_in": ["Masuk", "Sign in"],
  "result.refused.unknown_level": [
    "Level ini sudah tidak ada lagi, jadi hasilnya tidak dihitung. XP-mu yang lain tetap aman.",
    "This level no longer exists, so the result does not count. All your other XP is safe.",
  ],
  "result.refused.attempt_over": [
    "Soal level ini sudah diganti, jadi hasilnya tidak dihitung. Coba soal yang baru, yuk!",
    "The questions of this level have changed, so the result does not count. Try the new ones!",
  ],
  "result.refused.attempt_used": [
    "Hasil ini sudah pernah dihitung, jadi tidak dihitung dua kali.",
    "This result was counted before, so it does not count twice.",
  ],
  "result.refused.other": [
    "Maaf, hasil ini tidak bisa dihitung. XP-mu yang lain tetap aman.",
    "Sorry, this result cannot count. All your other XP is safe.",
  ],
  "result.understood": ["Oke, mengerti", "OK, got it"],
  "result.guest": [
    "Daftar supaya XP-mu tersimpan dan namamu masuk peringkat.",
    "Sign up to keep your XP and see your name on the board.",
  ],
  "result.sign_up": ["Daftar gratis", "Sign up for free"],
  "result.wrong": ["Yang perlu kamu ingat", "Worth remembering"],
  "result.your_answer": ["Jawabanmu: {text}", "Your answer: {text}"],
  "result.skipped": ["Kamu lewati", "You skipped it"],
  "result.left_out": [
    "{n} soal belum bisa ditampilkan aplikasi ini. Perbarui aplikasi waktu ada sinyal, ya.",
    "This app cannot show {n} of the questions yet. Update the app when there is a signal.",
  ],
  "result.next": ["Level berikutnya", "Next level"],
  "result.repeat": ["Main lagi", "Play again"],
  "result.path": ["Ke peta belajar", "To the learning path"],
  "result.share": ["Bagikan", "Share"],
  "result.share_text": ["Aku menyelesaikan “{level}” di Scout OS!", "I finished “{level}” in Scout OS!"],
  "result.shared": ["Gambarmu sudah disimpan.", "Your picture is saved."],
  "result.share_failed": ["Gambarnya tidak bisa dibuat di HP ini.", "This phone cannot make the picture."],
});
