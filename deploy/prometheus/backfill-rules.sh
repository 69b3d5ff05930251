#!/bin/sh
# Records the past of the recording rules over a past that is there already, so that alerts and dashboards need not wait four weeks for it:
# what `sendgrid-exporter backfill` wrote and `promtool tsdb create-blocks-from openmetrics` imported.
#
#   backfill-rules.sh RULES_DIRECTORY DATA_DIRECTORY FROM RECENT UNTIL        times in seconds since the epoch
#
# Series that rules look back to by hours or days, and what those are made of, are recorded from FROM on; all others from RECENT on.
# DATA_DIRECTORY is that of a Prometheus that does not run meanwhile; one of its kind is started here, on a port of the loopback ($PORT).
# Each rule is evaluated when everything that it is made of has been: level by level, imported in between. Needs prometheus, promtool, awk,
# and wget or curl.
#
# Nothing is recorded of the last hours, which are in the memory of Prometheus and not in blocks yet, whatever UNTIL says: at its start
# Prometheus takes the end of its newest block for the beginning of its memory, and would forget them, of every job.
set -eu

rules=$1 data=$2 from=$3 recent=$4 until=$5
address=127.0.0.1:${PORT:-19090}
work=$(mktemp -d)
server=
finish() {
  stop
  rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

# Prometheus looks for new blocks once a minute, and at its start.
start() {
  prometheus --config.file="$work/prometheus.yml" --storage.tsdb.path="$data" --storage.tsdb.retention.time=100y \
    --web.listen-address="$address" --query.max-samples=200000000 --log.level=error &
  server=$!
  until promtool query instant "http://$address" 'vector(1)' >/dev/null 2>&1; do
    kill -0 "$server"
    sleep 1
  done
}

# When the memory of the Prometheus that was started begins, in milliseconds. Of one that has none that is as late as can be.
memory() {
  url=http://$address/api/v1/status/tsdb
  { wget -q -O - "$url" 2>/dev/null || curl -fsS "$url"; } | sed -n 's/.*"minTime":\([0-9]*\).*/\1/p'
}

stop() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null && wait "$server" || true; fi
  server=
}

# Writes level-00-from-<group>.yml, level-00-recent-<group>.yml and so on. It knows the rule files by their form: a group's rules begin
# with "      - ".
awk -v out="$work" '
  function close_rule(   text, name) {
    all = all rule
    if (rule ~ /record: / && match(rule, /record: "?sendgrid:[a-z0-9_:]+/)) {
      name = substr(rule, RSTART, RLENGTH); sub(/^record: "?/, "", name)
      text = substr(rule, 1, RSTART - 1) substr(rule, RSTART + RLENGTH)
      n++; rule_of[n] = rule; name_of[n] = name; group_of[n] = group; every[group] = interval; uses[n] = ""
      while (match(text, /sendgrid:[a-z0-9_:]+/)) {
        uses[n] = uses[n] " " substr(text, RSTART, RLENGTH)
        text = substr(text, RSTART + RLENGTH)
      }
      depth[name] = 0
    }
    rule = ""
  }
  /^ *#/ { next }
  /^  - name: / { close_rule(); group = $3; next }
  /^    interval: / { interval = $2; next }
  /^      - / { close_rule() }
  /^      / { rule = rule $0 "\n" }
  END {
    close_rule()
    do {
      changed = 0
      for (i = 1; i <= n; i++) {
        count = split(uses[i], used, " ")
        for (j = 1; j <= count; j++) {
          if (used[j] in depth && depth[name_of[i]] <= depth[used[j]]) { depth[name_of[i]] = depth[used[j]] + 1; changed = 1 }
        }
        if (depth[name_of[i]] > n) { print "rules are made of themselves: " name_of[i] > "/dev/stderr"; exit 1 }
      }
    } while (changed)
    # Ranges below 40 minutes bridge a few evaluations and need no past.
    for (i = 1; i <= n; i++) {
      if (all ~ (name_of[i] "(\\{[^}]*\\})?(\\[([0-9]+[hdw]|[4-9][0-9]m|[0-9][0-9][0-9]+m)\\]| offset)")) { long[name_of[i]] = 1 }
    }
    for (pass = 1; pass <= n; pass++) {
      for (i = 1; i <= n; i++) {
        count = name_of[i] in long ? split(uses[i], used, " ") : 0
        for (j = 1; j <= count; j++) { long[used[j]] = 1 }
      }
    }
    for (i = 1; i <= n; i++) {
      span = name_of[i] in long ? "from" : "recent"
      file = sprintf("%s/level-%02d-%s-%s.yml", out, depth[name_of[i]], span, group_of[i])
      if (!(file in begun)) {
        printf "groups:\n  - name: %s\n    interval: %s\n    rules:\n", group_of[i], every[group_of[i]] > file
        begun[file] = 1
      }
      printf "%s", rule_of[i] > file
    }
  }' "$rules"/*.yml

echo 'global: {}' >"$work/prometheus.yml"
level=0
while true; do
  prefix=$work/level-$(printf %02d "$level")-
  set -- "$prefix"*.yml
  [ -e "$1" ] || break
  start
  begun=$(memory)
  if [ -z "$begun" ]; then echo "this Prometheus does not say when its memory begins" >&2; exit 1; fi
  # A block ends behind its last sample.
  if [ "$until" -ge $((begun / 1000)) ]; then
    until=$((begun / 1000 - 1))
    echo "recorded until $until: what came later is in the memory of Prometheus, which a newer block would make it forget" >&2
  fi
  for file; do
    case $file in *-from-*) begin=$from ;; *) begin=$recent ;; esac
    [ "$begin" -lt "$until" ] || continue
    # Prometheus puts a group at a moment of its interval by the names of group and file. A group has one file name in all levels, so that an
    # hourly rule finds what it is made of at its own moment, not up to an hour before.
    group=${file#"$prefix"}
    same=$work/${group#*-}
    cp "$file" "$same"
    # A range holds as many evaluations as one query may answer: 11,000 of a minute are a week.
    promtool tsdb create-blocks-from --max-block-duration=162h rules --start="$begin" --end="$until" \
      --url="http://$address" --output-dir="$data" "$same" >"$file.log" 2>&1 || { cat "$file.log" >&2; exit 1; }
  done
  stop
  level=$((level + 1))
  echo "level $level: $(cat "$prefix"*.yml | grep -c 'record: ') rules" >&2
done
