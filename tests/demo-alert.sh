#!/usr/bin/env bash
# The demo as deploy/compose.yaml runs it, without containers and in real time: six weeks imported, the rules recorded over them, then scraped live
# by the shipped configuration. Ends when the demo's broken link has raised its alert, and fails after an hour.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

exporter=${SENDGRID_EXPORTER_BINARY:-src/Exporter/bin/Release/net10.0/sendgrid-exporter}
port=${PORT:-10924}
work=$(mktemp -d)
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf -- "$work"' EXIT

began=$SECONDS
step() { printf '%4d s  %s\n' $((SECONDS - began)) "$1"; }

mkdir "$work/data"
"$exporter" backfill --demo --source=world --label="instance=127.0.0.1:$port" --output="$work/past.om.gz"
step "the past is written: $(du -h "$work/past.om.gz" | cut -f1)"
PORT=$((port + 1)) deploy/prometheus/seed.sh "$work/past.om.gz" "$work/data" deploy/prometheus/rules
step "imported, and the rules are recorded over it: $(du -sh "$work/data" | cut -f1)"

sed "s/exporter:10324/127.0.0.1:$port/; /^alerting:/,/^\$/d" deploy/prometheus/prometheus.yml >"$work/prometheus.yml"
cp -r deploy/prometheus/rules "$work/rules"
"$exporter" serve --demo --demo.break-after=1m --web.listen-address="127.0.0.1:$port" >"$work/exporter.log" 2>&1 &
prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$work/data" --storage.tsdb.retention.time=45d \
  --web.listen-address="127.0.0.1:$((port + 2))" --log.level=error &

ask() { promtool query instant "http://127.0.0.1:$((port + 2))" "$1" 2>/dev/null || true; }
until [[ -n $(ask 'sendgrid:link_clicks:increase5m and on () up{job="sendgrid-exporter"} == 1') ]]; do sleep 5; done
live=$SECONDS
step "live"
# The first difference reaches over the join of past and present: in no step may more have come than in the busiest ten minutes of the last day.
if [[ -n $(ask 'sum by (automation, step_id) (sendgrid:link_clicks:increase5m) > 30 + 3 * max_over_time(sendgrid:step_clicks:increase5m[1d] offset 10m)') ]]; then
  step "a step between past and present"
  exit 1
fi

until [[ -n $(ask 'ALERTS{alertname="SendGridLinkClicksStopped", alertstate="firing"}') ]]; do
  if ((SECONDS - live > 3600)); then
    step "no alert within an hour"
    exit 1
  fi

  sleep 15
done
step "told, $(((SECONDS - live) / 60)) minutes after the start:"
ask 'ALERTS{alertname=~"SendGrid.*", alertstate="firing"}'
grep 'a link breaks' "$work/exporter.log"
