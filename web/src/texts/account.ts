/** Signing in and up, and what a learner does with the account. */

import { table } from "./table";

export const TABLE = table({
  "account.sign_in": ["Masuk", "Sign in"],
  "account.sign_up": ["Daftar", "Sign up"],
  "account.sign_in.title": ["Selamat datang lagi!", "Welcome back!"],
  "account.sign_up.title": ["Ayo bergabung!", "Join the troop!"],
  "account.sign_up.why": [
    "Supaya XP-mu tersimpan dan namamu masuk peringkat. Gratis.",
    "To keep your XP and see your name on the board. It is free.",
  ],
  "account.have": ["Sudah punya akun?", "Already have an account?"],
  "account.have_none": ["Belum punya akun?", "No account yet?"],
  "account.name": ["Nama", "Name"],
  "account.name.help": [
    "Ini yang dilihat orang lain. Nama panggilan saja juga boleh.",
    "This is what others see. A nickname is fine.",
  ],
  "account.username": ["Nama pengguna", "Username"],
  "account.username.help": [
    "Untuk masuk nanti. Pakai huruf kecil dan angka, misalnya budi12.",
    "For signing in later. Use small letters and digits, such as budi12.",
  ],
  "account.username.proposed": [
    "Kami rapikan jadi {username}. Boleh kamu ganti.",
    "We made it {username}. You may change it.",
  ],
  "account.password": ["Kata sandi", "Password"],
  "account.password.new": ["Kata sandi baru", "New password"],
  "account.password.old": ["Kata sandi sekarang", "Password now"],
  "account.password.help": [
    "Paling sedikit 8 huruf. Tiga kata gampang diingat, susah ditebak.",
    "At least 8 characters. Three words are easy to keep and hard to guess.",
  ],
  "account.show": ["Lihat kata sandi", "Show password"],
  "account.hide": ["Sembunyikan kata sandi", "Hide password"],
  "account.gugus_depan": ["Gugus depan (boleh kosong)", "Scout unit (optional)"],
  "account.gugus_depan.help": ["Misalnya 01.001. Hanya kamu yang melihatnya.", "Such as 01.001. Only you see it."],
  "account.offline": [
    "Belum ada sinyal, jadi belum bisa masuk. Belajar dulu tanpa akun, yuk! Waktu kamu masuk di HP ini nanti, pelajarannya bisa dibawa.",
    "There is no signal, so nobody can sign in yet. Learn without an account first! When you sign in on this phone later, you can bring the lessons.",
  ],
  "account.without": ["Belajar tanpa akun", "Learn without an account"],
  "account.needs": ["Ini perlu diisi dulu, ya.", "Please fill this in."],
  "account.google": ["Masuk dengan Google", "Sign in with Google"],
  "account.google.again": [
    "Sambungan ke Google terputus. Coba lagi, ya.",
    "That did not come back from Google. Please try again.",
  ],
  "account.google.join": ["Sambungkan", "Connect"],
  "account.or": ["atau", "or"],
  "account.forgot": ["Lupa kata sandi?", "Forgot your password?"],
  "account.forgot.title": ["Buat kata sandi baru", "Make a new password"],
  "account.forgot.how": [
    "Minta kode ke pembina atau pengelola. Kode itu hanya untukmu dan berlaku sekali, selama 24 jam.",
    "Ask your leader for a code. It is for you only, and works once, within 24 hours.",
  ],
  "account.code": ["Kode", "Code"],
  "account.code.help": ["Spasi dan huruf besar-kecil tidak masalah.", "Spaces and capitals don't matter."],
  "account.others_wait": [
    "Di HP ini ada pelajaran yang menunggu pemiliknya masuk. Tenang, itu tidak akan hilang.",
    "Lessons on this phone wait for their owner to sign in. They will not be lost.",
  ],
  "account.somebody_is_here": [
    "HP ini masih dipakai akun lain. Kalau kamu masuk, akun itu keluar. Pelajarannya tetap aman dan dikirim atas namanya.",
    "Another account is still signed in on this phone. If you sign in, it is signed out. Its lessons are safe and sent as its own.",
  ],
  "guest.title": ["Pelajaran yang tadi punya kamu?", "Were those lessons yours?"],
  "guest.text": [
    "Sebelum masuk, ada pelajaran yang dikerjakan di HP ini:",
    "Before you signed in, somebody learned on this phone:",
  ],
  "guest.some": ["Pelajaran yang belum selesai", "A lesson that is not finished"],
  "guest.claim": ["Ya, punyaku", "Yes, they are mine"],
  "guest.keep": ["Bukan, biarkan di sini", "No, leave them here"],
  "guest.drop": ["Bukan, hapus saja", "No, remove them"],
  "guest.drop.title": [
    "Hapus pelajaran ini selamanya? Mungkin temanmu yang mengerjakannya.",
    "Remove these lessons for good? A friend may have done them.",
  ],
  "guest.drop.yes": ["Ya, hapus", "Yes, remove"],
});
