#!/bin/sh
# Sees to it that there is a Chromium for the browser tests. On Debian its headless shell is installed when it is missing:
# it takes two thirds of the time of the whole browser, which will do where the shell cannot be had.
set -eu

there() {
  command -v "$1" >/dev/null 2>&1
}

if there chromium-headless-shell; then
  exit 0
fi

browser=""
for name in chromium chromium-browser google-chrome; do
  if there "$name"; then
    browser=$name
    break
  fi
done

if [ "$(id -u)" = 0 ]; then
  as_root=""
elif sudo -n true 2>/dev/null; then
  as_root="sudo -n"
else
  [ -z "$browser" ] || exit 0
  echo "The browser tests need Chromium: run 'sudo apt-get install chromium-headless-shell', then make test again." >&2
  exit 1
fi

if ! there apt-get; then
  [ -z "$browser" ] || exit 0
  echo "The browser tests need Chromium on the PATH. Install it, then run make test again." >&2
  exit 1
fi

install() {
  $as_root apt-get install -qq --yes --no-install-recommends "$1" >/dev/null
}

echo "== Installing Chromium for the browser tests"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq -o Acquire::Retries=1 -o Acquire::http::Timeout=15 -o Acquire::https::Timeout=15 || true
if ! install chromium-headless-shell; then
  [ -n "$browser" ] || install chromium
fi
