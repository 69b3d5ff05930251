#!/usr/bin/env bash
# Draws every picture of the project anew: the pages of the demo before and after its link breaks, in light, in dark and on a phone, and the three
# dashboards. Look at each before you commit it.
#   tests/pictures.sh [pages] [dashboards]      both without a word
#
# Pages take some minutes: a demo is started, its link breaks, and the page must have seen enough to name it. They need chromium,
# pngquant and curl.
# Dashboards take longer: a simulated month goes into a Prometheus with the shipped rules (the fixture of PanelsTests), and Grafana's own UI
# library draws them from there. They need prometheus, promtool, node, chromium, pngquant and the drawing tool, which is not part of this repository.
#
#   GRAFANA_PREVIEW=FOLDER     the drawing tool: a folder with a Vite project that draws ?dash=/FILE.json&from=MS&to=MS against the Prometheus $PROM
#   PROMETHEUS=URL             draw from this Prometheus as it is now instead of from the month, for instance from that of deploy/compose.yaml
#   MONTH=FOLDER               keep the month here; one that is there already is used again
#   SENDGRID_EXPORTER_BINARY=FILE, CHROMIUM=FILE, PORT=NUMBER     instead of what is found
# Exit code: 0 all are drawn, 77 some were left out for want of a tool, anything else is a failure.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

exporter=${SENDGRID_EXPORTER_BINARY:-src/Exporter/bin/Release/net10.0/sendgrid-exporter}
chromium=${CHROMIUM:-$(command -v chromium || command -v chromium-browser || command -v google-chrome || echo chromium)}
port=${PORT:-10954}
most=$((300 * 1024))
work=$(mktemp -d)
left_out=0
trap 'kill $(jobs -p) 2>/dev/null || true; wait; rm -rf -- "$work"' EXIT

began=$SECONDS
say() { printf '%4d s  %s\n' $((SECONDS - began)) "$1"; }

# missing WHAT NAME…: whether a command that WHAT needs is not here.
missing() {
  local what=$1 name
  shift
  for name in "$@"; do
    if ! command -v "$name" >/dev/null; then
      say "left out: $what, for want of $name"
      left_out=1
      return 0
    fi
  done
  return 1
}

# until_true SECONDS WHAT COMMAND…
until_true() {
  local limit=$((SECONDS + $1)) what=$2
  shift 2
  until "$@"; do
    if ((SECONDS > limit)); then
      say "gave up waiting: $what"
      exit 1
    fi

    sleep 2
  done
}

# placed FILE: says so, and refuses what is too large for a repository.
placed() {
  local size
  size=$(stat -c %s "$1")
  if ((size > most)); then
    say "$1 is too large: $size bytes"
    exit 1
  fi

  say "$1, $((size / 1024)) KB"
}

# --- pages

# page URL FILE WIDTH HEIGHT FLAG…
page() {
  local url=$1 file=$2 size=$3,$4
  shift 4
  timeout 300 "$chromium" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars --user-data-dir="$work/browser" \
    --window-size="$size" --screenshot="$work/page.png" "$@" "$url" >/dev/null 2>"$work/browser.log" || { cat "$work/browser.log" >&2; exit 1; }
  # A page has few colours: 256 of them are a third of the bytes.
  pngquant --force --strip --output "$file" 256 "$work/page.png"
  placed "$file"
}

# looks URL NAME: light, dark (the first of Blink's two schemes), and the first screen of a phone.
looks() {
  page "$1" "deploy/pictures/$2-light.png" 1200 1240 --blink-settings=preferredColorScheme=1
  page "$1" "deploy/pictures/$2-dark.png" 1200 1240 --blink-settings=preferredColorScheme=0
  page "$1" "deploy/pictures/$2-phone.png" 390 844 --blink-settings=preferredColorScheme=1 --force-device-scale-factor=2
}

# is_told TEXT: whether the status page's JSON holds it. Called by until_true.
# shellcheck disable=SC2317
is_told() { [[ $(curl -sf "http://127.0.0.1:$port/api/v1/status") =~ $1 ]]; }

pages() {
  say "a demo is started; its link breaks after four minutes"
  "$exporter" serve --demo --storage.path="$work/demo" --web.listen-address="127.0.0.1:$port" >"$work/demo.log" 2>&1 &
  until_true 600 "all campaigns are up to date" is_told "campaigns are up to date"
  # The automation whose link breaks: the console has a line with its page.
  local campaign
  campaign=$(grep -om1 'http://[^ ]*/automation?id=[^ ]*' "$work/demo.log")
  looks "http://127.0.0.1:$port/" status-before
  looks "$campaign" automation-before
  if grep -q 'has just broken' "$work/demo.log"; then
    say "the link broke before the pictures were taken: this machine is too slow, or too busy"
    exit 1
  fi

  say "waiting until nobody has clicked the link for three minutes"
  until_true 900 "the link stands out" is_told "no click for [3-9] min"
  looks "http://127.0.0.1:$port/" status-after
  looks "$campaign" automation-after
  # The first thing in README.md: wide and low, so that the commands below it are on the first screen too.
  page "http://127.0.0.1:$port/" deploy/pictures/found-light.png 1200 420 --blink-settings=preferredColorScheme=1
  page "http://127.0.0.1:$port/" deploy/pictures/found-dark.png 1200 420 --blink-settings=preferredColorScheme=0
}

# --- dashboards

# The month ends at this moment, which SimulatedMonth names.
readonly month_end='2024-12-24 16:00 UTC'

month() {
  if [[ ! -e $MONTH/tsdb ]]; then
    say "a month is simulated and recorded into $MONTH: some minutes"
    KEEP_MONTH=$MONTH dotnet test --project tests/Exporter.Tests -c Release --filter-class '*PanelsTests' >"$work/month.log" 2>&1 ||
      { tail -n 40 "$work/month.log" >&2; exit 1; }
  fi

  prometheus --config.file="$MONTH/prometheus.yml" --storage.tsdb.path="$MONTH/tsdb" --storage.tsdb.retention.time=100y \
    --web.listen-address="127.0.0.1:$((port + 1))" --log.level=error &
  PROMETHEUS=http://127.0.0.1:$((port + 1))
  end=$(date -d "$month_end" +%s)
}

# dashboard NAME PARAMETER…: as wide as a screen and as high as it is, for what is below the edge of the window is not drawn.
dashboard() {
  local name=$1 url="http://127.0.0.1:$((port + 2))/?scrape=30&from=$(((end - 7 * 86400) * 1000))&to=$((end * 1000))&dash=/$1.json" lines
  shift
  cp "grafana/dashboards/$name.json" "$work/preview/dist/$name.json"
  lines=$(node -p 'Math.max(...JSON.parse(fs.readFileSync(process.argv[1])).panels.map(p => p.gridPos.y + p.gridPos.h))' "grafana/dashboards/$name.json")
  page "$url$(printf '&%s' "$@")" "grafana/pictures/$name.png" 1500 $((lines * 38 + 60)) --virtual-time-budget=120000
}

dashboards() {
  local end
  MONTH=${MONTH:-$work/month}
  if [[ -n ${PROMETHEUS-} ]]; then end=$(date +%s); else month; fi
  until_true 600 "Prometheus answers" curl -sfo /dev/null "$PROMETHEUS/-/ready"

  # A copy to build in; its modules stay where they are.
  mkdir -p "$work/preview/public"
  find "$GRAFANA_PREVIEW/" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name public ! -name dist -exec cp -R {} "$work/preview/" \;
  ln -s "$(realpath "$GRAFANA_PREVIEW")/node_modules" "$work/preview/node_modules"
  (cd "$work/preview" && node_modules/.bin/vite build >"$work/build.log" 2>&1) || { cat "$work/build.log" >&2; exit 1; }
  (cd "$work/preview" && PROM=$PROMETHEUS PORT=$((port + 2)) exec node_modules/.bin/vite preview >"$work/preview.log" 2>&1) &
  until_true 600 "the drawing tool answers" curl -sfo /dev/null "http://127.0.0.1:$((port + 2))/"

  dashboard overview
  dashboard automation var-automation=welcome-series
  dashboard exporter
}

[[ $# -gt 0 ]] || set -- pages dashboards
for part in "$@"; do
  case $part in
    pages)
      if ! missing "the pages" "$chromium" pngquant curl "$exporter"; then pages; fi
      ;;
    dashboards)
      if [[ -z ${GRAFANA_PREVIEW-} || ! -e $GRAFANA_PREVIEW/node_modules ]]; then
        say "left out: the dashboards, for want of the drawing tool. GRAFANA_PREVIEW names its folder, with node_modules in it"
        left_out=1
      elif ! missing "the dashboards" "$chromium" pngquant prometheus promtool node curl; then
        dashboards
      fi
      ;;
    *)
      echo "usage: tests/pictures.sh [pages] [dashboards]" >&2
      exit 2
      ;;
  esac
done

exit $((left_out * 77))
