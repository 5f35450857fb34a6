#!/bin/sh
# Start Redis (or Valkey) with one user for each role. Passwords come from files, or from the environment;
# Redis keeps and is given only their SHA-256. Arguments go to the server.
set -eu
here=${ACL_TEMPLATE:-/etc/gemini-key-bot/users.acl}
made=${ACL_FILE:-/run/gemini-key-bot/users.acl}

hash_of() { # name of the variable, e.g. SLACK_REDIS_PASSWORD, or SLACK_REDIS_PASSWORD_FILE
  eval "file=\${$1_FILE:-} text=\${$1:-}"
  if [ -n "$file" ]; then text=$(cat "$file"); fi
  if [ -z "$text" ]; then echo "set $1 or $1_FILE" >&2; exit 2; fi
  printf %s "$text" | sha256sum | cut -d' ' -f1
}

slack=$(hash_of SLACK_REDIS_PASSWORD)
worker=$(hash_of WORKER_REDIS_PASSWORD)
operator=$(hash_of OPERATOR_REDIS_PASSWORD)
umask 077
sed -e "s/#SLACK_PASSWORD_SHA256/#$slack/" -e "s/#WORKER_PASSWORD_SHA256/#$worker/" \
  -e "s/#OPERATOR_PASSWORD_SHA256/#$operator/" "$here" > "$made"
unset SLACK_REDIS_PASSWORD WORKER_REDIS_PASSWORD OPERATOR_REDIS_PASSWORD

# Every acked click is on disk before Slack is told; what must not be forgotten is never evicted; a finished
# request is packed, which takes a fifth less.
exec "${REDIS_SERVER:-redis-server}" --aclfile "$made" --appendonly yes --appendfsync always \
  --maxmemory-policy noeviction --hash-max-listpack-value 2048 --save "" "$@"
