#!/bin/sh
# Gives a new Prometheus a past before it starts: imports what `sendgrid-exporter backfill --output=past.om.gz` wrote, and records the
# rules over it. A directory that was given one is left alone, and so is one that a Prometheus has used: this past reaches up to the
# present, and would make it forget what it has in memory.
#
#   seed.sh PAST.om.gz DATA_DIRECTORY RULES_DIRECTORY
set -eu

past=$1 data=$2 rules=$3
here=$(dirname "$0")
if [ -e "$data/seeded" ]; then exit 0; fi
if [ -e "$data/wal" ] && [ ! -e "$data/seeding" ]; then
  echo "$data is in use already: it gets no past" >&2
  exit 0
fi
: >"$data/seeding"

trap 'rm -f "$data/past.om"' EXIT
gunzip -c "$past" >"$data/past.om"
promtool tsdb create-blocks-from --max-block-duration=162h openmetrics --quiet "$data/past.om" "$data"

# Four weeks end a day ago and are recorded from a week before: six weeks. Graphs of what is expected begin three days ago.
now=$(date +%s)
sh "$here/backfill-rules.sh" "$rules" "$data" $((now - 42 * 86400)) $((now - 3 * 86400)) "$now"
mv "$data/seeding" "$data/seeded"
