"""Redis: the only place where state lives. One Lua script per move; every key is listed in `keys`."""
