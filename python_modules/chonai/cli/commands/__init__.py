"""One module a command. Each is loaded only when it is called, so that help and short commands stay quick."""
