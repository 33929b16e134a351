"""Signing in and up."""

TABLE = {
    "account.login": ("Masuk", "Sign in"),
    "account.register": ("Daftar", "Sign up"),
    "account.login.title": ("Selamat datang kembali, Pramuka!", "Welcome back, Scout!"),
    "account.register.title": ("Ayo bergabung!", "Join the troop!"),
    "account.login.hint": ("Belum punya akun?", "No account yet?"),
    "account.register.hint": ("Sudah punya akun?", "Already have an account?"),
    "account.name": ("Nama", "Name"),
    "account.username": ("Nama pengguna", "Username"),
    "account.username.help": ("Huruf kecil, angka, dan . _ + - @", "Lower-case letters, digits and . _ + - @"),
    "account.password": ("Kata sandi", "Password"),
    "account.reveal": ("Perlihatkan kata sandi", "Show password"),
    "account.hide": ("Sembunyikan kata sandi", "Hide password"),
    "account.password.help": ("Paling sedikit 8 huruf", "At least 8 characters"),
    "account.busy": ("Sebentar…", "One moment…"),
    "account.hero.learn": ("Peta belajar yang berliku", "A winding path to learn"),
    "account.hero.streak": ("Beruntun setiap hari", "A streak, day after day"),
    "account.hero.board": ("Papan peringkat langsung", "A leaderboard that is live"),
    "account.needs.name": ("Isi namamu.", "Fill in your name."),
    "account.needs.username": ("Isi nama pengguna.", "Fill in a username."),
    "account.needs.password": ("Isi kata sandi.", "Fill in a password."),
}
