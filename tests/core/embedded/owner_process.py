"""An owner of a data directory in a process of its own, for tests that kill it.

It starts the servers, prints their addresses as one line of JSON, and waits for the end of its input; with `--forget`
its main thread ends at once, without stopping anything. `--as-nobody` makes it an ordinary user when it is root.
"""

import argparse
import json
import os
import pwd
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from scout_os.core.embedded import exec_server
from scout_os.core.embedded.account import Account, can_reach
from scout_os.core.embedded.binaries import find_postgres, find_valkey
from scout_os.core.embedded.copies import reachable
from scout_os.core.embedded.embedded_servers import EmbeddedServers, discard
from scout_os.core.embedded.keeper import ServerKeeper
from scout_os.core.logs import configure_logging


def become_nobody(data_dir: Path) -> None:
    """Become the user nobody, with interpreter, helper and servers where nobody reaches them, as for a true user."""
    rehearse()  # nobody may not be able to read the modules that are imported at need
    entry = pwd.getpwnam("nobody")
    nobody = Account(entry.pw_uid, entry.pw_gid)
    for binary in (reachable(find_postgres(), nobody), reachable(find_valkey(), nobody)):
        if binary.package and not can_reach(nobody, binary.package):
            depth = len(binary.path.parts) - binary.path.parts.index(binary.package.name)
            sys.path.insert(0, str(binary.path.parents[depth - 1]))
    helper = data_dir.with_name(data_dir.name + ".helper.py")
    shutil.copy(exec_server.__file__, helper)
    helper.chmod(0o644)
    exec_server.__file__ = str(helper)
    if not can_reach(nobody, Path(sys.executable).resolve()):
        sys.executable = "/usr/bin/python3"  # any Python does for the helper, which needs the standard library only
    os.chown(data_dir, nobody.uid, nobody.gid)
    os.setgroups([])
    os.setgid(nobody.gid)
    os.setuid(nobody.uid)


def rehearse() -> None:
    with tempfile.TemporaryDirectory() as scratch:
        servers = EmbeddedServers(Path(scratch), durable=False)
        servers.start()
        servers.stop()
        discard(Path(scratch))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data_dir", type=Path)
    parser.add_argument("--fast", action="store_true")
    parser.add_argument("--outlived", action="store_true")
    parser.add_argument("--forget", action="store_true")
    parser.add_argument("--as-nobody", action="store_true")
    options = parser.parse_args()
    configure_logging("WARNING")
    if options.as_nobody and os.geteuid() == 0:
        become_nobody(options.data_dir)
    servers = EmbeddedServers(options.data_dir, durable=not options.fast, die_with_owner=not options.outlived)
    keeper = ServerKeeper(servers)
    keeper.start()
    sys.stdout.write(json.dumps(asdict(keeper.wait_ready())) + "\n")
    sys.stdout.flush()
    if options.forget:
        return
    sys.stdin.read()
    keeper.stop()


if __name__ == "__main__":
    main()
