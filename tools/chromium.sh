#!/bin/sh
# Sees to it that there is a Chromium for the browser tests: on Debian it is installed when it is missing.
set -eu

for name in chromium chromium-browser google-chrome; do
  if command -v "$name" >/dev/null 2>&1; then
    exit 0
  fi
done

if ! command -v apt-get >/dev/null 2>&1; then
  echo "The browser tests need Chromium on the PATH. Install it, then run make test again." >&2
  exit 1
fi

if [ "$(id -u)" = 0 ]; then
  as_root=""
elif sudo -n true 2>/dev/null; then
  as_root="sudo -n"
else
  echo "The browser tests need Chromium: run 'sudo apt-get install chromium', then make test again." >&2
  exit 1
fi

echo "== Installing Chromium for the browser tests"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root apt-get install -qq --yes --no-install-recommends chromium >/dev/null
