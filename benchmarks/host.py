"""`scout-os serve` with the benchmark's application: the same servers, supervisor and HTTP server.

As a command: `python -m benchmarks.host --data-dir DIR [--workers N]`; the port is picked.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scout_os.cli.serve import run
from scout_os.cli.services import load_settings

APPLICATION = "benchmarks.app:create_app"

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    run(load_settings(options.data_dir, host="127.0.0.1", port=0), options.workers, APPLICATION)
