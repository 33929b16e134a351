"""What the page says before the app is there, and while its server is away. For `assets/scout.js`."""

TABLE = {
    "curtain.app": ("Scout OS", "Scout OS"),
    "curtain.loading": ("Memuat…", "Loading…"),
    "curtain.slow": (
        "Memuat lebih lama dari biasanya. Periksa jaringanmu.",
        "Loading takes longer than usual. Check your network.",
    ),
    "curtain.away": ("Sambungan terputus", "The connection is lost"),
    "curtain.safe": (
        "Kami menyambung lagi dengan sendirinya. Jawabanmu aman di perangkat ini.",
        "We connect again by ourselves. Your answers are safe on this device.",
    ),
    "curtain.reload": ("Muat ulang", "Reload"),
}
