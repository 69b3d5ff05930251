#!/usr/bin/env bash
# Runs the tests again and again, to find those that fail now and then:  tests/soak.sh N [BUSY] [-- FILTER…]
#   tests/soak.sh 10 4                                      all tests, ten times, beside four busy loops
#   tests/soak.sh 20 4 -- --filter-class '*ReloadTests'     those of one class
# The end-to-end tests take the program as it is built here, or the one that SENDGRID_EXPORTER_BINARY names. Exit code 1: some test failed.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
. tests/lib.sh

usage() {
  sed -n '2,5s/^# //p' tests/soak.sh >&2
  exit 2
}

runs=${1-} busy=0
[[ $runs =~ ^[1-9][0-9]*$ ]] || usage
shift
if [[ ${1-} =~ ^[0-9]+$ ]]; then
  busy=$1
  shift
fi

# The options of dotnet test in the words of the test programs: --filter-not-class A B becomes -class- A -class- B.
filters=()
if (($# > 0)); then
  [[ $1 == -- ]] || usage
  shift
  for word in "$@"; do
    if [[ $word =~ ^--filter-(not-)?(class|method|namespace|trait)$ ]]; then
      option="-${BASH_REMATCH[2]}${BASH_REMATCH[1]:+-}"
    elif [[ -n ${option-} && $word != -* ]]; then
      filters+=("$option" "$word")
    else
      usage
    fi
  done
fi

open_logs artifacts/soak
loops=()

finish() {
  local status=$? loop
  trap - EXIT
  end_all
  for loop in "${loops[@]}"; do kill -KILL -- "-$loop" 2>/dev/null || true; done
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

build() {
  without_warnings dotnet build tests/Exporter.Tests --configuration Release
  without_warnings dotnet build tests/Exporter.EndToEnd.Tests --configuration Release
}

# What a failed test printed is in its log; the same failure is told once, at the end.
details() { :; }

start_compiler
step Build build
if [[ ${ended[Build]} != 0 ]]; then
  tail -n 30 -- "$logs/Build.log"
  exit 1
fi

asked=()
for part in "${!parts[@]}"; do
  read -ra words <<<"${parts[$part]}"
  if [[ -n $(dotnet "$(program "${words[0]}")" -list tests "${words[@]:1}" "${filters[@]}" | sed -n '/^Exporter\./p') ]]; then asked+=("$part"); fi
done
if ((${#asked[@]} == 0)); then
  echo "No test matches." >&2
  exit 2
fi

for ((i = 0; i < busy; i++)); do
  while :; do :; done &
  loops+=("$!")
done

: >"$logs/outcomes"
for ((run = 1; run <= runs; run++)); do
  names=()
  for part in "${asked[@]}"; do
    names+=("$part, run $run")
    begin "$part, run $run" run_part "$part" "${filters[@]}"
  done
  await "${names[@]}"
done

printf '\n'
awk -F '\t' -v runs="$runs" -v busy="$busy" '
  function of(count, what) { return count + 0 " " what (count == 1 ? "" : "s") }
  $1 != "skipped" { tests += !seen[$2]++ }
  $1 == "failed" { failures++; if (!times[$2 ": " $3]++) told[++kinds] = $2 ": " $3 }
  END {
    for (i = 1; i <= kinds; i++) print of(times[told[i]], "time") ": " told[i]
    print of(runs, "run") " beside " of(busy, "busy loop") ": " of(failures, "failure") " in " of(tests, "test")
    exit failures > 0
  }' "$logs/outcomes" || { printf 'The logs are in %s.\n' "$logs" >&2; exit 1; }
