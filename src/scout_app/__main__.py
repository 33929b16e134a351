"""`python -m scout_app` is `scout-app`."""

from scout_app.cli import main

main()
