"""HTTP and websocket handlers: thin, each one calls the manager."""
