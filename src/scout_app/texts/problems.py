"""What the service refuses, by the `code` of its answer; and by field where a form is at fault."""

NAME = (
    "Nama: 1 sampai 100 huruf dari satu abjad, dan bukan nama pengelola.",
    "Name: 1 to 100 letters of one alphabet, and not an official's name.",
)

TABLE = {
    "problem.unknown": (
        "Ada yang tidak beres. Coba lagi sebentar lagi.",
        "Something went wrong. Try again in a moment.",
    ),
    "problem.unreachable": (
        "Layanan tidak dapat dijangkau. Periksa jaringanmu lalu coba lagi.",
        "The service cannot be reached. Check your network and try again.",
    ),
    "problem.busy": (
        "Terlalu banyak percobaan. Tunggu sebentar lalu coba lagi.",
        "Too many tries. Wait a moment, then try again.",
    ),
    "problem.invalid_credentials": ("Nama pengguna atau kata sandi salah.", "Wrong username or password."),
    "problem.username_taken": ("Nama pengguna ini sudah dipakai.", "This username is taken."),
    "problem.unauthenticated": ("Sesi berakhir. Silakan masuk lagi.", "Your session has ended. Please sign in again."),
    "problem.forbidden": ("Kamu tidak boleh melakukan ini.", "You may not do this."),
    "problem.not_found": ("Tidak ditemukan.", "Not found."),
    "problem.unknown_level": ("Level ini sudah tidak ada.", "This level is gone."),
    "problem.unknown_section": ("Bagian ini sudah tidak ada.", "This section is gone."),
    "problem.level_locked": ("Level ini masih terkunci.", "This level is still locked."),
    "problem.invalid": ("Ada isian yang belum benar.", "Something is not filled in right."),
    "problem.invalid_attempt": (
        "Soal level ini berubah sejak kamu mulai. Silakan ulangi.",
        "This level's questions changed since you began. Please do it again.",
    ),
    "problem.attempt_used": ("Jawaban untuk latihan ini sudah dinilai.", "This practice has been graded already."),
    "problem.attempt_over": (
        "Latihan ini sudah terlalu lama atau soalnya berubah. Silakan ulangi.",
        "This practice is too old, or its questions changed. Please do it again.",
    ),
    "problem.unknown_attempt": (
        "Latihan ini sudah tidak ada. Silakan ulangi.",
        "This practice is gone. Please do it again.",
    ),
    "problem.idempotency_key_reused": ("Jawaban ini sudah pernah dikirim.", "These answers were sent before."),
    "problem.field.name": NAME,
    "problem.field.full_name": NAME,
    "problem.field.username": (
        "Nama pengguna: 3 sampai 254 huruf kecil, angka, atau . _ + - @",
        "Username: 3 to 254 lower-case letters, digits or . _ + - @",
    ),
    "problem.field.password": (
        "Kata sandi: 8 sampai 128 huruf, dan tidak mudah ditebak.",
        "Password: 8 to 128 characters, and not easy to guess.",
    ),
}
