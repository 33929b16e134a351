/** Oneself, and settings. */

import { table } from "./table";

export const TABLE = table({
  "me.guest.title": ["Halo, Pramuka!", "Hello, scout!"],
  "me.guest.text": [
    "Pelajaranmu tersimpan di HP ini. Daftar supaya XP-mu dihitung dan namamu masuk peringkat.",
    "Your lessons are kept on this phone. Sign up so that your XP counts and your name is on the board.",
  ],
  "me.edit": ["Ubah nama dan foto", "Change name and picture"],
  "me.streak": ["Berturut-turut", "In a row"],
  "me.longest": ["Terpanjang", "Longest"],
  "me.total": ["Total XP", "Total XP"],
  "me.days": ["{n} hari", "{n} days"],
  "me.days.one": ["1 hari", "1 day"],
  "me.rank": ["Tingkat pramuka", "Scout rank"],
  "me.rank.next": ["{xp} XP lagi menuju {rank}", "{xp} XP to {rank}"],
  "me.rank.top": ["Tingkat tertinggi. Hebat!", "The highest rank. Splendid!"],
  "me.calendar": ["Hari api unggunmu menyala", "Days your campfire burned"],
  "me.calendar.earlier": ["Bulan sebelumnya", "Previous month"],
  "me.calendar.later": ["Bulan berikutnya", "Next month"],
  "me.calendar.label": ["{month}: {n} hari aktif, tanggal {days}", "{month}: {n} active days, on {days}"],
  "me.calendar.label.none": ["{month}: belum ada hari aktif", "{month}: no active day"],
  "me.calendar.unknown": [
    "Bulan ini belum ada di HP-mu. Buka lagi waktu ada sinyal, ya.",
    "This month is not on your phone yet. Open it again when there is a signal.",
  ],
  "me.settings": ["Pengaturan", "Settings"],
  "me.account": ["Akun dan dataku", "Account and my data"],
  "me.about": ["Tentang dan privasi", "About and privacy"],
  "me.waiting": ["Menunggu dikirim", "Waiting to be sent"],
  "me.switch": ["Ganti pemain", "Switch player"],
  "me.switch.title": ["Ganti pemain?", "Switch player?"],
  "me.switch.guest": [
    "Pelajaranmu disimpan di HP ini. Nanti, waktu kamu daftar atau masuk di HP ini, pilih yang punyamu.",
    "Your lessons stay on this phone. When you sign up or sign in on it later, choose them.",
  ],
  "me.sign_out": ["Keluar", "Sign out"],
  "me.sign_out.title": ["Keluar dari akun?", "Sign out?"],
  "me.sign_out.waits": [
    "Masih ada {n} pelajaran yang menunggu. Kami kirim dulu waktu ada sinyal, lalu akunmu keluar sendiri.",
    "{n} lessons still wait. They are sent first when there is a signal, then your account signs out by itself.",
  ],
  "me.sign_out.clean": ["Semua pelajaranmu sudah terkirim.", "All your lessons have been sent."],
  "me.sign_out.needs": [
    "{n} pelajaran menunggu di HP ini sampai kamu masuk lagi.",
    "{n} lessons wait on this phone until you sign in again.",
  ],
  "me.cancel": ["Batal", "Cancel"],
  "me.save": ["Simpan", "Save"],
  "me.saved": ["Tersimpan.", "Saved."],
  "me.name": ["Nama di peringkat", "Name on the board"],
  "me.scout_name": ["Beri aku nama pramuka", "Give me a scout name"],
  "me.scout_name.help": [
    "Nama buatan, misalnya Elang Tangkas 27, supaya nama aslimu tidak terlihat.",
    "A made-up name, such as Elang Tangkas 27, so that nobody sees your own.",
  ],
  "me.picture": ["Foto", "Picture"],
  "me.picture.choose": ["Pilih foto", "Choose a picture"],
  "me.picture.remove": ["Hapus foto", "Remove picture"],
  "me.picture.help": [
    "Orang lain melihatnya di peringkat. Gambar favoritmu lebih aman daripada wajahmu.",
    "Others see it on the board. A drawing you like is safer than your face.",
  ],
  "me.visible": ["Tampil di peringkat", "Show me on the board"],
  "me.visible.help": [
    "Kalau dimatikan, XP-mu tetap bertambah tapi tidak ada yang melihat namamu.",
    "If off, you still earn XP but nobody sees your name.",
  ],
  "me.visible.offline": ["Bisa diubah waktu ada sinyal.", "You can change this when there is a signal."],
  "me.password": ["Ganti kata sandi", "Change password"],
  "me.password.done": [
    "Kata sandi diganti. HP lain perlu masuk lagi.",
    "Password changed. Other phones must sign in again.",
  ],
  "me.username": ["Ganti nama pengguna", "Change username"],
  "me.username.done": [
    "Nama pengguna diganti. Pakai yang baru waktu masuk.",
    "Username changed. Use the new one to sign in.",
  ],
  "me.export": ["Unduh semua dataku", "Download all my data"],
  "me.export.help": [
    "Semua yang disimpan tentang kamu, dalam satu berkas.",
    "All that is stored about you, in one file.",
  ],
  "me.erase": ["Hapus akun", "Erase my account"],
  "me.erase.text": [
    "Nama, foto, XP, dan semua pelajaranmu akan hilang selamanya, juga dari HP ini. Tidak bisa dikembalikan. Kalau ragu, tanya orang tua atau pembinamu dulu.",
    "Your name, picture, XP and all lessons will be gone for good, from this phone too. Nobody can bring them back. If unsure, ask a parent or leader first.",
  ],
  "me.erase.yes": ["Ya, hapus selamanya", "Yes, erase for good"],
  "me.erased": ["Akun dihapus", "Account erased"],
  "me.erase.done": [
    "Akunmu sudah dihapus. Terima kasih sudah belajar bersama kami.",
    "Your account is erased. Thank you for learning with us.",
  ],
  "me.no_password": ["Kosongkan kalau kamu masuk dengan Google.", "Leave it empty if you sign in with Google."],
});
