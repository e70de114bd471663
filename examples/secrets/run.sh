#!/bin/sh
# Secrets for a program that knows nothing of secrets: they are in its environment, and nowhere else.
# `keyhaven` has to be on PATH, and to know a server (`keyhaven configure`).
set -eu
printf '{"user":"app","password":"p w"}' | keyhaven secret create example/run > /dev/null
trap 'keyhaven secret delete example/run --now > /dev/null' EXIT

# A member of a JSON value each. The program's exit status is handed on.
keyhaven run --secret example/run:user=DB_USER --secret example/run:password=DB_PASSWORD -- \
  sh -c 'echo "$DB_USER has a password of ${#DB_PASSWORD} characters"'

# The next version is what the next start gets.
printf '{"user":"app","password":"longer"}' | keyhaven secret put example/run > /dev/null
keyhaven run --secret example/run:password=DB_PASSWORD -- sh -c 'echo "now ${#DB_PASSWORD}"'
