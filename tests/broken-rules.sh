#!/usr/bin/env bash
# Do the tests of the Prometheus rules notice a broken rule? Breaks one after the other in a copy of deploy/prometheus and says which files
# fail; ends badly when none does. A break takes half a minute; words choose among them: tests/broken-rules.sh holiday "equal names"
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

# what is broken | rules file | how, in Perl; each must change the file
breaks() {
  cat <<'END'
a correction vetoes no window of hours | links | s/unless on \(account, automation, step_id, url_location\)\s+resets\(/unless on (account, automation, step_id, url_location) 0 * resets(/
the window of two hours is one of a day | links | s/\[119m\]/[1439m]/
the window of eight hours is one of two | links | s/\[479m\]/[119m]/
links of equal names share an account | links | s/max by \(account, (?=automation, step_id, url_location\) \(\s+sendgrid_automation_link_clicks)/max by (/
siblings lose the account | links | s/sum by \(account, automation, step_id, window\)/sum by (automation, step_id, window)/g
stale numbers mute no stopped link | links | s/\s+and on \(account, automation\) sendgrid:automation:fresh(?=\s+keep_firing_for: 2h)//
bursts of link scanners are not cut | links | s/- 10\) \/ 2/- 1e9) \/ 2/
a dead sibling makes a scanner of a healthy link | links | s/\s+unless\s+\(\s+last_over_time\(sendgrid:link_clicks:raw1w\[1d\]\)\s+\* on.*?- 10\) \/ 2\s+\)//s
without opens a dead sibling makes a scanner of a healthy link | links | s/raw1w\[1d\]\) \/ 56/raw1w[1d]) \/ 5600/
links recounted at once bear each other out | links | s/- 10\) \/ 10/- 1e9) \/ 10/
opens that are not counted any more take the clicks with them | links | s/\s+and\s+sum_over_time\(sendgrid:step_opens:increase5m\[179m\]\) > last_over_time\(sendgrid:step_opens:raw1w\[1d\]\) \/ 1680//
a recount makes scanners of the siblings for a week | links | s/ - max_over_time\(sendgrid:link_clicks:raw5m\[10079m\]\)//
a batch that is late stalls its step | steps | s/min_over_time\(sendgrid:step_delivered:increase\[299m\] offset (\d+)m\)/"sendgrid:step_delivered:increase offset ".($1+150)."m"/ge
a new link counts as a sibling | links | s/\s+and on \(account, automation, step_id, url_location\)\s+last_over_time\(sendgrid:link_clicks:reference\{reference="1w"\}\[3h\]\)//
a link is judged by far smaller siblings | links | s/<= 2$/<= 200/m
a link is judged in its first days | links | s/\s+and last_over_time\(sendgrid:link_clicks:total\[1d\] offset 8d\)//
overflow is judged | links | s/\{url_location!="overflow"\}//
a link is told as vanished at once | links | s/for: 15m/for: 0s/
half of the clicks are a stop | thresholds | s/link_stopped, window: (2h|8h|1d)\}, expr: vector\(0\.2\d*\)/link_stopped, window: $1}, expr: vector(0.6)/g
half of the clicks are no drop | thresholds | s/link_dropped, window: 1d\}, expr: vector\(0\.6\)/link_dropped, window: 1d}, expr: vector(0.4)/
a quiet link wants more evidence than three days hold | thresholds | s/link_stopped, window: 3d\}, expr: vector\(-5\)/link_stopped, window: 3d}, expr: vector(-50)/
a quarter of the account's clicks is no calm day | thresholds | s/account_low, window: (8h|1d)\}, expr: vector\(0\.\d+\)/account_low, window: $1}, expr: vector(0.2)/g
a holiday is not recognised | steps | s/unless (on \(account, automation, window\) )?sendgrid:automation_delivered:others_low\s//g
a report that stands still is not recognised | steps | s/\[59m\]\)(\))? == 0/[59m])$1 < 0/g
a broken report counts as calm clicks | steps | s/< 0\.5 \* sum by \(account, window\) \(\s+sendgrid:automation_delivered:median4w/< 0 * sum by (account, window) (sendgrid:automation_delivered:median4w/
one automation that comes or goes mutes its account | steps | s/max by \(account, window\) \(sendgrid:automation:coverage/min by (account, window) (sendgrid:automation:coverage/
a small part of an account speaks for it | steps | s/> on \(account, window\) sendgrid:account_clicks:median4w/> 1e9 * sendgrid:account_clicks:median4w/
automations that are not polled pull their account down | steps | s/(sendgrid:step_clicks:(?:increase|median4w)\{window!="3d"\}[^\n]*)\n\s+and on \(account, automation, window\) sendgrid:automation:coverage >= 0\.9/$1/g
windows over an outage count | steps | s/coverage(\)?) >= 0\.9/coverage$1 >= 0/g
the median wants four weeks | steps | s/ and \(sendgrid:step_clicks:increase offset 3w or sendgrid:step_clicks:increase offset 4w\)/ and sendgrid:step_clicks:increase offset 4w/
the median is content with one week | steps | s/offset 3w or (sendgrid:step_delivered:increase) offset 4w\)/offset 1w or $1 offset 4w)/
accounts are summed up together | steps | s/sum by \(account, window\) \((\s+sendgrid:step_clicks:increase\{window!="3d"\})/sum by (window) ($1/
stale numbers mute no paused automation | freshness | s/<= clamp_min\(3/<= clamp_min(30000/
two failed polls are stale | freshness | s/> clamp_min\(3/> clamp_min(1/
an exporter missing from the targets is not down | freshness | s/ or max\(absent\(up\{job="sendgrid-exporter"\}\)\)//g
a key without the right is no trouble | exporter | s/reason="forbidden"/reason="unauthorized"/
waiting for the rate limit is trouble in itself | exporter | s/time\(\) - (max by \(account, automation\) \(sendgrid_automation_last_attempt)/1e9 + $1/g
a refused list is no trouble with the key | exporter | s/reason=~"unauthorized\|forbidden"/reason="unauthorized"/g
a list that was read in between fails | exporter | s/(- min_over_time\(sendgrid_discovery_last_success_timestamp_seconds\[(?:30m|6h)\]\)\s+\)) > 0/$1 > 1e9/g
a deleted automation is an unknown one | exporter | s/(sendgrid_automation_listed\) == 0\))\s+and on \(account, automation\)\s+sendgrid_automation_poll_interval_seconds/$1/
a refusal ends between two polls | exporter | s/refusals_when_read\[25h\]/refusals_when_read[5m]/g; s/offset 25h/offset 1h/g
a refusal that is over goes on | exporter | s/refusals_when_read\[25h\]/refusals_when_read[1m] offset 1w/g
one refused campaign stands for its account | exporter | s/_up == 1\n(?=\s+and\n)/_up == 2\n/g
an automation that the account no longer has is one that is read | exporter | s/(sendgrid_up == 0)\s+unless on \(account, (\w+)\)\s+max by \(account, \w+\) \(sendgrid_\w+_listed\) == 0/$1/g
what fails for another reason is read | exporter | s/_up == 1\n(?=\s+and\n)/_up >= 0\n/g
an outage that grows is another one | freshness | s/max\((ALERTS\{alertname="SendGridExporterDown", exporters="some"\})\)/max($1) > 1/
an outage that shrinks is another one | freshness | s/max\((ALERTS\{alertname="SendGridExporterDown", exporters="all", alertstate="firing"\})\)/max($1) > 1/
a moment without any exporter is an outage of all | freshness | s/(exporters="all"), alertstate="firing"(\}\)\s+and on)/$1$2/
late polls of all are no lateness | exporter | s/\[30m:1m\]\) > 0\.75/[30m:1m]) > 75/
an account over its budget is no trouble | exporter | s/budget_utilization_ratio\) > 1$/budget_utilization_ratio) > 100/m
a Single Send is judged by a quarter of an hour | freshness | s/3 \* max by \(account, singlesend\)/0 * max by (account, singlesend)/
what was found just now is as old as the process | freshness | s/\[3630s:1m\]\)/[3630s:1m]) + 1e9/g
a deleted automation is stale | freshness | s/unless on \(account, automation\)\s+max by \(account, automation\) \(sendgrid_automation_listed\) == 0//
the rate limit is never waited for | exporter | s/> 0\.1/> 10/
one failed probe is a dead page | targets | s/\(probe_success\{job="sendgrid-links"\}\[10m\]\) == 0/(probe_success{job="sendgrid-links"}[1m]) == 0/; s/for: 5m/for: 0s/
a page that never answered is dead | targets | s/\[1w\]\) == 1/[1w]) >= 0/
END
}

work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
chosen=$(IFS='|' && echo "${*:-.}")
unnoticed=0
while IFS='|' read -r what file how; do
  what=${what% } file=${file// /}
  [[ $what =~ $chosen ]] || continue
  rm -rf -- "$work/prometheus"
  cp -r deploy/prometheus "$work"
  rules=$work/prometheus/rules/$file.yml
  perl -0pi -e "$how" "$rules"
  if cmp -s "$rules" "deploy/prometheus/rules/$file.yml"; then
    echo "$what: nothing was broken"
    exit 2
  fi

  by=
  for test in "$work"/prometheus/tests/*.yml; do
    promtool test rules "$test" >/dev/null 2>&1 || by+=" ${test##*/}"
  done
  echo "$what: ${by:+caught by}${by:-NOT NOTICED}"
  [[ $by ]] || unnoticed=1
done < <(breaks)
exit "$unnoticed"
