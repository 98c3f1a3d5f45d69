#!/bin/sh
# Sees to it that the tests of docs/hosting find the programs those files are for. On Debian the packages are unpacked
# below the given folder: nothing is installed into the system, and no server is started.
set -eu

folder="$1"
missing=""
for name in nginx caddy; do
  if ! [ -x "$folder/usr/sbin/$name" ] && ! [ -x "$folder/usr/bin/$name" ] &&
    ! PATH="$PATH:/usr/sbin" command -v "$name" >/dev/null 2>&1; then
    missing="$missing $name"
  fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1 || ! command -v dpkg-deb >/dev/null 2>&1; then
  echo "The files for hosting are checked by$missing where they are installed." >&2
  exit 1
fi

echo "== Fetching$missing for the tests of docs/hosting"
mkdir -p "$folder"
cd "$folder"
if [ "$(id -u)" = 0 ]; then
  apt-get update -qq
fi
# shellcheck disable=SC2086 # a word for each package
apt-get download -qq $missing 2>/dev/null
for package in *.deb; do
  dpkg-deb -x "$package" .
  rm "$package"
done
