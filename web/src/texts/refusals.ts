/** What the service refuses, by the `code` of its answer (`docs/api.md`, Errors), and what the learner can do. */

import { table } from "./table";

const AGAIN = ["Ada yang tidak beres. Coba lagi sebentar lagi, ya.", "Something went wrong. Try again soon."] as const;
const GONE = ["Ini sudah tidak ada.", "This is gone."] as const;
const CHANGED = [
  "Soal level ini sudah diganti sejak kamu mulai, jadi jawabannya tidak bisa dihitung. Main lagi, yuk!",
  "This level's questions changed since you began, so the answers can't count. Play it again!",
] as const;
const PICTURE = [
  "Gambar ini tidak bisa dibaca. Coba foto lain.",
  "This picture can't be read. Try another one.",
] as const;

export const TABLE = table({
  "refused.bad_idempotency_key": AGAIN,
  "refused.bad_request": AGAIN,
  "refused.method_not_allowed": AGAIN,
  "refused.head_too_large": AGAIN,
  "refused.internal_error": AGAIN,
  "refused.request_too_slow": ["Sinyalnya pelan sekali. Coba lagi, ya.", "The signal is very slow. Try again."],
  "refused.unauthenticated": [
    "Kamu perlu masuk lagi. Pelajaranmu tetap aman di HP ini.",
    "Please sign in again. Your lessons are safe on this phone.",
  ],
  "refused.invalid_credentials": [
    "Nama pengguna atau kata sandinya belum cocok.",
    "The username and password don't match.",
  ],
  "refused.invalid_identity": [
    "Google belum bisa memastikan itu kamu. Coba lagi.",
    "Google could not confirm it is you. Try again.",
  ],
  "refused.not_proven": [
    "Keluar dulu, masuk lagi, lalu langsung coba lagi, supaya kami yakin ini kamu.",
    "Sign out, sign in again, then try at once, so that we know it is you.",
  ],
  "refused.wrong_password": ["Kata sandinya belum cocok.", "That password doesn't match."],
  "refused.code_invalid": [
    "Kodenya tidak cocok atau sudah tidak berlaku. Minta kode baru ke pembinamu, ya.",
    "The code doesn't match or is over. Ask your leader for a new one.",
  ],
  "refused.email_not_verified": [
    "Alamat Google ini belum dipastikan. Pastikan dulu di Google, lalu coba lagi.",
    "This Google address is not verified yet. Verify it with Google, then try again.",
  ],
  "refused.forbidden": ["Ini hanya untuk pemiliknya.", "This is for its owner only."],
  "refused.not_found": GONE,
  "refused.unknown_user": ["Akun ini sudah tidak ada.", "This account is gone."],
  "refused.unknown_section": ["Bagian ini sudah tidak ada.", "This section is gone."],
  "refused.unknown_unit": ["Unit ini sudah tidak ada.", "This unit is gone."],
  "refused.unknown_level": [
    "Level ini sudah tidak ada, jadi jawabannya tidak bisa dihitung.",
    "This level is gone, so the answers can't count.",
  ],
  "refused.unknown_attempt": CHANGED,
  "refused.attempt_over": CHANGED,
  "refused.invalid_attempt": CHANGED,
  "refused.attempt_used": ["Jawaban ini sudah pernah dihitung.", "These answers were counted before."],
  "refused.level_locked": [
    "Level sebelumnya perlu selesai dulu. Nanti dikirim lagi otomatis.",
    "The level before must be done first. It will be sent again.",
  ],
  "refused.provider_not_configured": [
    "Masuk dengan Google sedang tidak bisa.",
    "Google sign-in is not available here.",
  ],
  "refused.username_taken": [
    "Nama pengguna ini sudah dipakai. Tambahkan angka, misalnya {example}.",
    "This username is taken. Add a number, such as {example}.",
  ],
  "refused.account_exists": [
    "Sudah ada akun dengan alamat ini. Ketik kata sandi akun itu untuk menyambungkannya.",
    "There is an account with this address. Type its password to connect the two.",
  ],
  "refused.body_too_large": ["Gambarnya terlalu besar. Coba foto lain.", "The picture is too big. Try another one."],
  "refused.invalid": ["Ada isian yang belum pas. Coba cek lagi, ya.", "Something isn't filled in right. Please check."],
  "refused.picture_invalid": PICTURE,
  "refused.picture_format": PICTURE,
  "refused.picture_too_detailed": [
    "Gambarnya terlalu rumit. Coba foto lain.",
    "The picture is too detailed. Try another.",
  ],
  "refused.idempotency_key_reused": ["Ini sudah pernah dikirim.", "This was sent before."],
  "refused.unknown_time_zone": ["Zona waktu HP-mu belum dikenal.", "Your phone's time zone is not known."],
  "refused.password_guessable": [
    "Kata sandi ini gampang ditebak. Coba gabungkan tiga kata, misalnya tenda-hujan-kelapa.",
    "This password is easy to guess. Try three words together, such as tent-rain-coconut.",
  ],
  "refused.too_many_requests": [
    "Sudah banyak percobaan. Tunggu {wait} dulu, ya.",
    "That was a lot of tries. Please wait {wait}.",
  ],
  "refused.too_many_streams": [
    "Peringkat sudah dibuka di banyak tempat. Tutup salah satunya dulu.",
    "The leaderboard is open in many places. Close one first.",
  ],
  "refused.unavailable": [
    "Lagi ada gangguan sebentar. Coba lagi nanti, ya.",
    "There is a short break. Try again later.",
  ],
  "refused.overloaded": [
    "Lagi ramai sekali. Coba lagi sebentar lagi, ya.",
    "It is very busy right now. Try again in a moment.",
  ],
  "refused.starting": ["Sebentar, sedang bersiap. Coba lagi, ya.", "Just getting ready. Try again in a moment."],
  "refused.field.name": [
    "Pakai 1 sampai 100 huruf dari satu abjad, dan bukan nama pengelola.",
    "Use 1 to 100 letters of one alphabet, and not an official's name.",
  ],
  "refused.field.username": [
    "Pakai huruf kecil dan angka, paling sedikit 3, misalnya budi12.",
    "Use small letters and digits, at least 3, such as budi12.",
  ],
  "refused.field.password": [
    "Kata sandi ini gampang ditebak. Coba gabungkan tiga kata, misalnya tenda-hujan-kelapa.",
    "This password is easy to guess. Try three words together, such as tent-rain-coconut.",
  ],
  "refused.field.password.short": ["Terlalu pendek: paling sedikit 8 huruf.", "Too short: at least 8 characters."],
  "refused.field.gugus_depan": ["Paling banyak 100 huruf.", "At most 100 characters."],
  "wait.seconds": ["{n} detik", "{n} seconds"],
  "wait.minutes": ["{n} menit", "{n} minutes"],
  "wait.moment": ["sebentar", "a moment"],
});
