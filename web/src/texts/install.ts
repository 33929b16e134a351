/** Putting the app on the home screen. */

import { table } from "./table";

export const TABLE = table({
  "install.why": [
    "Mau buka lebih cepat? Pasang di layar HP-mu. Bisa tanpa internet juga!",
    "Want to open it faster? Put it on your home screen. It works without internet, too!",
  ],
  "install.apple": [
    "Mau buka lebih cepat? Ketuk Bagikan, lalu “Tambah ke Layar Utama”.",
    "Want to open it faster? Tap Share, then “Add to Home Screen”.",
  ],
  "install.do": ["Pasang", "Install"],
  "install.decline": ["Tidak usah", "No thanks"],
});
