/** How the app shall be on this device. */

import { table } from "./table";

export const TABLE = table({
  "settings.language": ["Bahasa", "Language"],
  "settings.language.id": ["Indonesia", "Indonesia"],
  "settings.language.en": ["English", "English"],
  "settings.theme": ["Tampilan", "Appearance"],
  "settings.theme.light": ["Terang", "Light"],
  "settings.theme.dark": ["Gelap", "Dark"],
  "settings.theme.system": ["Ikut HP", "System"],
  "settings.sounds": ["Suara", "Sounds"],
  "settings.vibration": ["Getar", "Vibration"],
  "settings.data_saver": ["Hemat kuota", "Data saver"],
  "settings.data_saver.help": [
    "Hanya bagian yang kamu buka yang diunduh.",
    "Only sections that you open are downloaded.",
  ],
  "settings.reminder": ["Ingatkan aku", "Remind me"],
  "settings.reminder.help": [
    "Kalau api unggunmu hampir padam dan hari ini kamu belum belajar. Paling banyak sekali sehari.",
    "When your campfire is about to go out and you have not learned today. Once a day at most.",
  ],
  "settings.reminder.refused": [
    "HP-mu belum mengizinkan. Izinkan notifikasi untuk Scout OS di pengaturan HP dulu, ya.",
    "Your phone does not allow it yet. Allow notifications of Scout OS in its settings first.",
  ],
  "reminder.title": ["Api unggunmu hampir padam!", "Your campfire is about to go out!"],
  "reminder.body": [
    "Sudah {n} hari menyala. Satu level lagi hari ini, yuk!",
    "Days so far: {n}. One more level today?",
  ],
  "settings.storage": ["Memori HP", "Storage"],
  "settings.storage.used": ["Aplikasi ini memakai {size}.", "This app takes {size}."],
  "settings.storage.unknown": [
    "Browser ini tidak memberi tahu berapa yang dipakai.",
    "This browser does not tell how much is taken.",
  ],
  "settings.storage.kept": [
    "Pelajaranmu aman walau memori hampir penuh.",
    "Your lessons are safe even when the phone is nearly full.",
  ],
  "settings.storage.keep": ["Jaga pelajaranku", "Keep my lessons safe"],
  "settings.storage.not_kept": [
    "Kalau memori penuh, browser bisa membuang pelajaran yang belum terkirim.",
    "If the phone is full, the browser may throw away lessons that were not sent.",
  ],
  "settings.sections": ["{n} dari {all} bagian ada di HP ini.", "{n} of {all} sections are on this phone."],
  "settings.download_all": ["Unduh semua bagian", "Download all sections"],
  "settings.download_all.size": ["Unduh semua bagian ({size})", "Download all sections ({size})"],
  "settings.downloading": ["Mengunduh {n} dari {all}…", "Downloading {n} of {all}…"],
  "settings.remove": ["Hapus unduhan", "Remove downloads"],
  "settings.remove.done": [
    "Unduhan dihapus. Kemajuan dan jawabanmu tetap ada.",
    "Downloads removed. Your progress and answers are still here.",
  ],
});
