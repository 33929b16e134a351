"""HTTP/1.1 for one connection after another, with every bound in one place. Sockets, workers and signals are uvicorn's."""
