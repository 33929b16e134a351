/** What the app is, and what becomes of what it knows. */

import { table } from "./table";

export const TABLE = table({
  "about.title": ["Tentang", "About"],
  "about.what": [
    "Scout OS membantu kamu belajar kepramukaan, satu level setiap hari, juga tanpa internet.",
    "Scout OS helps you learn scouting, one level a day, also without the internet.",
  ],
  "about.versions": ["Aplikasi {app} · Layanan {service}", "App {app} · Service {service}"],
  "about.unknown": ["belum diketahui", "not known yet"],
  "about.children": ["Untuk kamu", "For you"],
  "about.children.1": [
    "Yang dilihat orang lain hanya nama tampilan, foto, XP, tingkat, dan api unggunmu.",
    "Others see only your display name, picture, XP, rank and streak.",
  ],
  "about.children.2": [
    "Nama asli tidak wajib. Kamu boleh pakai nama pramuka buatan, atau tidak tampil sama sekali.",
    "You need not give your real name. Use a made-up scout name, or don't show at all.",
  ],
  "about.children.3": [
    "Jangan beri tahu kata sandimu ke siapa pun, selain orang tuamu.",
    "Tell your password to nobody but your parents.",
  ],
  "about.parents": ["Untuk orang tua dan pembina", "For parents and leaders"],
  "about.parents.1": [
    "Yang disimpan: nama pengguna, sandi yang diacak, nama tampilan, kemajuan belajar, dan, kalau diisi, foto serta gugus depan. Tidak ada umur, alamat, lokasi, atau iklan.",
    "Stored: username, a scrambled password, display name, progress and, if given, picture and scout unit. No age, address, location or advertising.",
  ],
  "about.parents.2": [
    "Di HP ini tersimpan pelajaran, kemajuan, dan jawaban yang belum terkirim. Keluar dari akun membersihkan kemajuan dari HP.",
    "This phone keeps lessons, progress and answers that were not sent. Signing out removes the progress from it.",
  ],
  "about.parents.3": [
    "Semua data anak bisa diunduh dan dihapus selamanya di Aku → Akun dan dataku.",
    "All of a child's data can be downloaded, and erased for good, in Me → Account and my data.",
  ],
  "about.help": ["Bantuan", "Help"],
  "about.help.password": ["Lupa kata sandi?", "Forgot your password?"],
  "about.help.password.how": [
    "Minta kode ke pembina atau pengelola, lalu buat kata sandi baru.",
    "Ask your leader for a code, then make a new password.",
  ],
  "about.help.xp": ["XP belum bertambah?", "No new XP yet?"],
  "about.help.xp.how": [
    "Mungkin jawabanmu masih menunggu sinyal. Lihat di sini.",
    "Your answers may still wait for a signal. Look here.",
  ],
  "about.help.else": [
    "Masih bingung? Tanya pembina atau orang yang memberimu alamat aplikasi ini.",
    "Still stuck? Ask your leader, or whoever gave you this app's address.",
  ],
  "about.licences": ["Lisensi", "Licences"],
  "about.licences.text": [
    "Scout OS bebas dipakai (lisensi MIT). Huruf Nunito: SIL Open Font License 1.1. Preact, Preact Signals (MIT) dan idb (ISC).",
    "Scout OS is free software (MIT licence). The typeface Nunito: SIL Open Font License 1.1. Preact, Preact Signals (MIT) and idb (ISC).",
  ],
});
