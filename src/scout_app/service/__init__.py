"""The service, as the app sees it over HTTP."""
