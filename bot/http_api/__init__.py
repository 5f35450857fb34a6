"""THE HTTP API: portals and command lines ask for keys and look at requests here; nothing is decided here."""
