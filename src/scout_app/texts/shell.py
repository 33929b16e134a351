"""What is around every screen."""

TABLE = {
    "app.name": ("Scout OS", "Scout OS"),
    "app.tagline": ("Belajar kepramukaan, selangkah setiap hari.", "Learn scouting, one step a day."),
    "nav.learn": ("Belajar", "Learn"),
    "nav.board": ("Peringkat", "Leaderboard"),
    "nav.profile": ("Profil", "Profile"),
    "loading": ("Memuat…", "Loading…"),
    "again": ("Coba lagi", "Try again"),
    "close": ("Tutup", "Close"),
    "cancel": ("Batal", "Cancel"),
    "offline.title": ("Tidak tersambung", "No connection"),
    "offline.text": (
        "Layanan tidak dapat dijangkau. Periksa jaringanmu; kami mencoba lagi dengan sendirinya.",
        "The service cannot be reached. Check your network; we try again by ourselves.",
    ),
    "unsent": ("{n} jawaban menunggu dikirim", "{n} attempts are waiting to be sent"),
    "unsent.one": ("1 jawaban menunggu dikirim", "1 attempt is waiting to be sent"),
    "unsent.now": ("Kirim sekarang", "Send now"),
    "sent.paid": ("Jawaban “{title}” terkirim: +{xp} XP.", "“{title}” has been sent: +{xp} XP."),
    "sent.unpaid": ("Jawaban “{title}” terkirim.", "“{title}” has been sent."),
    "sent.refused": ("Jawaban “{title}” tidak diterima: {reason}", "“{title}” was not accepted: {reason}"),
    "sent.look": ("Lihat hasil", "See the result"),
    "signed_out": ("Sesi berakhir. Silakan masuk lagi.", "Your session has ended. Please sign in again."),
}
