"""What an attempt brought."""

TABLE = {
    "result.passed": ("Luar biasa, kamu lulus!", "Well done, you passed!"),
    "result.failed": ("Belum lulus, coba sekali lagi!", "Not passed yet, try once more!"),
    "result.correct": ("{correct} dari {total} benar", "{correct} of {total} right"),
    "result.xp": ("+{xp} XP", "+{xp} XP"),
    "result.total": ("Total {xp} XP", "{xp} XP in all"),
    "result.replay": (
        "Level ini sudah pernah dibayar, jadi ulangan ini tidak memberi XP.",
        "This level has paid before, so practising it again gives no XP.",
    ),
    "result.none": ("Belum ada XP: lulus dulu, lalu XP-nya milikmu.", "No XP yet: pass, and it is yours."),
    "result.streak": ("{n} hari beruntun", "{n}-day streak"),
    "result.unlocked": ("Level terbuka: {title}", "Level unlocked: {title}"),
    "result.unlocked.plain": ("Level baru terbuka!", "A new level is open!"),
    "result.next": ("Level berikutnya", "Next level"),
    "result.map": ("Kembali ke peta", "Back to the path"),
    "result.again": ("Ulangi", "Practise again"),
    "result.review": ("Pembahasan", "Review"),
    "result.right": ("Benar", "Right"),
    "result.wrong": ("Salah", "Wrong"),
    "result.yours": ("Jawabanmu: {answer}", "Your answer: {answer}"),
    "result.skipped": ("Tidak dijawab", "Not answered"),
    "result.stars": ("{n} dari 3 bintang", "{n} of 3 stars"),
}
