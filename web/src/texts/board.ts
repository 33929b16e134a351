/** The leaderboard. */

import { table } from "./table";

export const TABLE = table({
  "board.connecting": ["Menyambung…", "Connecting…"],
  "board.live": ["Langsung diperbarui", "Live"],
  "board.late": ["Agak terlambat", "A little late"],
  "board.offline": ["Tanpa internet", "No internet"],
  "board.big": ["Layar besar", "Big screen"],
  "board.last": ["Ini papan terakhir yang ada di HP-mu.", "This is the last board on your phone."],
  "board.age": [
    "Ini papan terakhir yang ada di HP-mu, dari {age}.",
    "This is the last board on your phone, from {age}.",
  ],
  "board.nothing": [
    "Papan belum ada di HP-mu. Nanti muncul sendiri waktu ada sinyal.",
    "The board is not on your phone yet. It appears by itself when there is a signal.",
  ],
  "board.near": ["Di sekitarmu", "Around you"],
  "board.podium": ["Tiga teratas", "Top three"],
  "board.others": ["Terus mendaki", "Climbing on"],
  "board.you": ["Kamu", "You"],
  "board.rank": ["Peringkat {rank}", "Rank {rank}"],
  "board.xp": ["{xp} XP", "{xp} XP"],
  "board.gap": ["{xp} XP lagi, dan kamu menyusul {name}!", "{xp} XP more, and you catch up with {name}!"],
  "board.first": ["Kamu di puncak. Hebat!", "You are at the top. Well done!"],
  "board.waiting.xp": ["+{xp} XP menunggu dikirim", "+{xp} XP waiting to be sent"],
  "board.waiting.lesson": ["1 pelajaran menunggu dikirim", "1 lesson waiting to be sent"],
  "board.waiting.lessons": ["{n} pelajaran menunggu dikirim", "{n} lessons waiting to be sent"],
  "board.moved": ["Sekarang kamu peringkat {rank}.", "You are rank {rank} now."],
  "board.free": ["Tempat ini menunggumu", "This place waits for you"],
  "board.empty": ["Papan masih kosong. Jadilah yang pertama!", "The board is empty. Be the first!"],
  "board.learn": ["Mulai belajar", "Start learning"],
  "board.none": [
    "Selesaikan satu level, lalu namamu muncul di papan.",
    "Complete one level, and your name appears on the board.",
  ],
  "board.guest": ["Mau namamu ada di sini?", "Want to see your name here?"],
  "board.guest.text": [
    "Daftar, yuk! XP yang sudah kamu kumpulkan ikut terbawa.",
    "Sign up! The XP you have collected comes with you.",
  ],
  "board.sign_up": ["Daftar", "Sign up"],
  "board.sign_in": ["Masuk", "Sign in"],
  "board.again": [
    "Masuk lagi supaya namamu terlihat di papan. Pelajaranmu aman.",
    "Sign in again to see yourself on the board. Your lessons are safe.",
  ],
  "board.hidden": [
    "Namamu sedang tidak tampil di papan. XP-mu tetap bertambah.",
    "Your name is not on the board now. Your XP keeps growing.",
  ],
  "board.hidden.how": ["Atur di akunmu", "Change it in your account"],
  "board.away": [
    "Namamu sedang tidak tampil di papan. Tanyakan kepada pembinamu, ya.",
    "Your name is not on the board now. Ask your scout leader.",
  ],
});
