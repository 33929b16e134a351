"""The leaderboard."""

TABLE = {
    "board.title": ("Peringkat", "Leaderboard"),
    "board.state.connecting": ("Menyambung…", "Connecting…"),
    "board.state.live": ("Langsung", "Live"),
    "board.state.catching_up": ("Menyusul", "Catching up"),
    "board.state.offline": ("Luring", "Offline"),
    "board.state.connecting.text": ("Sedang menyambung ke papan.", "Connecting to the board."),
    "board.state.live.text": ("Papan bergerak saat itu juga.", "The board moves as it happens."),
    "board.state.catching_up.text": (
        "Papan tetap berjalan, mungkin terlambat sedikit.",
        "The board goes on, perhaps a little late.",
    ),
    "board.state.offline.text": (
        "Tidak tersambung. Ini papan terakhir yang kami tahu.",
        "No connection. This is the last board we know.",
    ),
    "board.row": ("Peringkat {rank}: {name}, {level}, {xp} XP", "Rank {rank}: {name}, {level}, {xp} XP"),
    "board.row.me": ("Kamu, peringkat {rank}: {name}, {level}, {xp} XP", "You, rank {rank}: {name}, {level}, {xp} XP"),
    "board.me": ("Kamu", "You"),
    "board.me.none": ("Kamu belum punya XP. Selesaikan satu level!", "You have no XP yet. Complete a level!"),
    "board.empty": ("Papan masih kosong. Jadilah yang pertama!", "The board is empty. Be the first!"),
    "board.xp": ("{xp} XP", "{xp} XP"),
}
