/** What waits to be sent, and what the learner should know on every screen. */

import { table } from "./table";

export const TABLE = table({
  "notice.offline": [
    "Belum ada sinyal. Tenang, jawabanmu aman dan dikirim nanti.",
    "No signal yet. Your answers are safe and will be sent later.",
  ],
  "notice.sign_in": [
    "Masuk lagi, ya. Pelajaranmu aman menunggu di HP ini.",
    "Please sign in again. Your lessons are safe on this phone.",
  ],
  "notice.refused": [
    "Ada pelajaran yang tidak bisa dihitung. Lihat kenapa.",
    "A lesson could not be counted. See why.",
  ],
  "notice.waits": ["{n} pelajaran menunggu", "{n} lessons wait"],
  "waiting.title": ["Menunggu dikirim", "Waiting to be sent"],
  "waiting.none": ["Semua sudah terkirim. Mantap!", "Everything has been sent. Well done!"],
  "waiting.how": [
    "Jawabanmu aman di HP ini dan dikirim sendiri waktu ada sinyal. Setiap pelajaran dihitung sekali.",
    "Your answers are safe on this phone and sent by themselves when there is a signal. Each lesson counts once.",
  ],
  "waiting.guest": [
    "Pelajaran ini menunggu sampai kamu daftar atau masuk.",
    "These lessons wait until you sign up or sign in.",
  ],
  "waiting.sign_in": [
    "Kamu perlu masuk lagi sebelum ini bisa dikirim. Hanya akunmu yang bisa mengirimnya.",
    "You must sign in again before these can be sent. Only your account can send them.",
  ],
  "waiting.now": ["Kirim sekarang", "Send now"],
  "waiting.waits": ["Menunggu sinyal", "Waiting for a signal"],
  "waiting.locked": ["Menunggu level sebelumnya", "Waiting for the level before"],
  "waiting.late": [
    "Sudah lebih dari 3 hari, jadi dihitung untuk hari saat sampai. XP-nya tetap.",
    "More than 3 days ago, so it counts for the day on which it arrives. The XP stays the same.",
  ],
  "waiting.result": ["{n} dari {all} benar", "{n} of {all} right"],
  "waiting.refused": ["Tidak bisa dihitung", "Could not be counted"],
  "waiting.refused.counts": [
    "Tidak ada XP dari ini. XP yang sudah kamu punya tetap utuh.",
    "This brought no XP. The XP you have stays yours.",
  ],
  "waiting.unreadable": ["Sudah terkirim, tapi balasannya tidak terbaca", "Sent, but the reply could not be read"],
  "waiting.unreadable.counts": [
    "Kalau dihitung, XP-nya muncul di halaman Aku waktu ada sinyal.",
    "If it counted, its XP appears on your page when there is a signal.",
  ],
  "waiting.dismiss": ["Mengerti", "Got it"],
  "waiting.sent": ["Baru terkirim", "Just sent"],
  "waiting.counted": ["Dihitung untuk {day}", "Counts for {day}"],
  "waiting.lesson": ["Pelajaran", "Lesson"],
});
