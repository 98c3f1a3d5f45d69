#!/bin/sh
# Sees to it that there is a PostgreSQL for the storage tests, which start their own: on Debian it is installed when it is
# missing, and no server of the system's is started.
set -eu

for programs in /usr/lib/postgresql/*/bin; do
  if [ -x "$programs/initdb" ]; then
    exit 0
  fi
done
if command -v initdb >/dev/null 2>&1; then
  exit 0
fi

if ! command -v apt-get >/dev/null 2>&1; then
  echo "The storage tests use PostgreSQL's initdb and postgres where they are installed." >&2
  exit 1
fi

if [ "$(id -u)" = 0 ]; then
  as_root=""
elif sudo -n true 2>/dev/null; then
  as_root="sudo -n"
else
  echo "To test on PostgreSQL too, run 'sudo apt-get install postgresql', then make test again." >&2
  exit 1
fi

echo "== Installing PostgreSQL for the storage tests"
export DEBIAN_FRONTEND=noninteractive
$as_root apt-get update -qq
$as_root mkdir -p /etc/postgresql-common/createcluster.d
echo "create_main_cluster = false" | $as_root tee /etc/postgresql-common/createcluster.d/neuronpark.conf >/dev/null
$as_root apt-get install -qq --yes --no-install-recommends postgresql >/dev/null
