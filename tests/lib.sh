# shellcheck shell=bash
# What run.sh and soak.sh share: steps, each with a log of its own, and the telling of what came of them. Needs bash 5.1.
#
# A step is a command in the background, so that several run side by side without mixing what they print:
#   begin NAME COMMAND…   starts it
#   await NAME…           waits for these, and tells of every step that ends meanwhile
#   step NAME COMMAND…    both
# The command finds in $log the file that its output goes to. Its exit code says what came of it: 0 passed, 77 left out for the reason in
# its last line, anything else failed. If it consists of many tests, it writes a line for each to the file $outcomes: "passed", "failed"
# or "skipped", the test's name, and the reason, with tabs between.

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# The nodes of a build end with the build; the server of start_compiler is found by this script's builds alone.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false SharedCompilationId="sendgrid-exporter-$$"

# Every job is a process group: whatever a step leaves running is ended with it.
set -m

logs='' compiler=''
declare -A running=() began=() ended=()

# open_logs FOLDER: begins the folder anew.
open_logs() {
  logs=$1
  rm -rf -- "$logs"
  mkdir -p -- "$logs"
  : >"$logs/outcomes"
}

# Ends all that still runs.
end_all() {
  local process
  for process in "${!running[@]}" $compiler; do kill -TERM -- "-$process" 2>/dev/null || true; done
  for process in "${!running[@]}" $compiler; do
    wait "$process" 2>/dev/null || true
    kill -KILL -- "-$process" 2>/dev/null || true
  done
}

begin() {
  local name=$1 log="$logs/$1.log" outcomes="$logs/$1.outcomes"
  shift
  began[$name]=$SECONDS
  (
    export log outcomes
    trap 'times >"${log%.log}.times"' EXIT
    "$@"
  ) >"$log" 2>&1 </dev/null &
  running[$!]=$name
}

# cpu NAME: the seconds of CPU that a step used, without those of the compiler, which all builds share.
cpu() {
  awk '
    { for (i = 1; i <= 2; i++) { split($i, time, "m"); sum += 60 * time[1] + time[2] } }
    END { printf "%d s CPU", sum }' "$logs/$1.times" 2>/dev/null || true
}

await() {
  local name process status tick
  for name in "$@"; do
    while [[ -z ${ended[$name]-} ]]; do
      process='' status=0 tick=()
      if [[ -t 1 ]]; then
        show_progress
        sleep 1 &
        tick=("$!")
      fi

      wait -n -p process "${!running[@]}" "${tick[@]}" || status=$?
      if [[ -n ${running[${process:-none}]-} ]]; then end "$process" "$status"; fi
    done
  done
}

step() {
  begin "$@"
  await "$1"
}

# What runs, on a line that the next one takes the place of.
show_progress() {
  local line='' name
  for name in "${running[@]}"; do line+="$name $((SECONDS - began[$name])) s   "; done
  printf '\r\e[K%.*s' "$(($(tput cols 2>/dev/null || echo 80) - 1))" "$line"
}

# end PROCESS STATUS: takes down what came of a step, and tells it.
end() {
  local name=${running[$1]} status=$2 result=''
  local log="$logs/$name.log" outcomes="$logs/$name.outcomes"
  kill -KILL -- "-$1" 2>/dev/null || true
  unset "running[$1]"
  ended[$name]=$status

  if [[ -s $outcomes ]]; then
    if ((status != 0)) && ! grep -q '^failed' "$outcomes"; then outcome failed "$name" "ended with $status: $(reason "$log")"; fi
    result=$(count "$outcomes")
  else
    case $status in
      0) outcome passed "$name" ;;
      77) outcome skipped "$name" "$(tail -n 1 -- "$log")" && result="left out" && status=0 ;;
      *) outcome failed "$name" "$(reason "$log")" && result=failed ;;
    esac
  fi

  sed "s/\$/\t$name/" "$outcomes" >>"$logs/outcomes"
  if [[ -t 1 ]]; then printf '\r\e[K'; fi
  printf '%-32s %4d s %10s%s\n' "$name" "$((SECONDS - began[$name]))" "$(cpu "$name")" "${result:+   $result}"
  if ((status != 0)); then details "$log"; fi
}

# outcome passed|failed|skipped NAME [REASON]
outcome() { printf '%s\t%s\t%s\n' "$1" "$2" "${3-}" >>"$outcomes"; }

# count OUTCOMES
count() {
  awk -F '\t' '
    { counted[$1]++ }
    END { printf "%d passed, %d failed%s\n", counted["passed"], counted["failed"], counted["skipped"] ? ", " counted["skipped"] " skipped" : "" }' "$1"
}

# The line of a log that is most likely to say why.
reason() { sed -n -E "/^Failed: |: error /{s/^Failed: //;p;q}" "$1" | grep . || grep . "$1" | tail -n 1 | sed 's/^ *//' || echo "it printed nothing"; }

# What a log says of failed tests or else its end.
details() {
  awk '/^    [^ ]/ { shown = /\[FAIL\]$/ } /^ ? ?[^ ]/ { shown = 0 } shown { print; any = 1 } END { exit !any }' "$1" \
    || tail -n 30 -- "$1" | sed 's/^/    /'
}

# What failed and what was left out, by name. The cases of one test that were left out for one reason are told together.
summary() {
  awk -F '\t' '
    { name = $4 == "" || $4 == $2 ? $2 : $4 ": " $2 }
    $1 == "failed" { failed[++failures] = "  " name ": " $3 }
    $1 == "skipped" { sub(/\(.*/, "", name); line = "  " name ": " $3; if (!cases[line]++) skipped[++kinds] = line }
    END {
      if (failures) print "\nFailed:"
      for (i = 1; i <= failures; i++) print failed[i]
      if (kinds) print "\nLeft out:"
      for (i = 1; i <= kinds; i++) print skipped[i] (cases[skipped[i]] > 1 ? " (" cases[skipped[i]] " cases)" : "")
    }' "$logs/outcomes"
}

# One compiler for all builds of the script: most of a compiler's time goes into getting warm.
start_compiler() {
  local version sdk
  version=$(dotnet --version)
  sdk=$(dotnet --list-sdks | sed -n "s:^$version \[\(.*\)\]\$:\1/$version:p")
  build_tool dotnet "$sdk/Roslyn/bincore/VBCSCompiler.dll" "-pipename:$SharedCompilationId" >"$logs/compiler.log" 2>&1 </dev/null &
  compiler=$!
  UseSharedCompilation=true
}

# Runs a program of a build, which is over before code that counts its own calls has gained by it; memory is cheaper than collections.
build_tool() { DOTNET_TieredPGO=0 DOTNET_gcServer=0 DOTNET_GCgen0size=4000000 "$@"; }

# Builds within a step. A warning is as bad as an error, except that the list of known vulnerabilities could not be fetched.
without_warnings() {
  build_tool "$@" || return 1
  if grep -E ': warning ' "$log" | grep -vE 'warning NU190[05]'; then return 1; fi
}

# What of which test project a step runs. The tests on a virtual clock wait until their process has nothing to do, so they run one after the other:
# in a process of their own, beside the rest.
declare -A parts=(
  [Tests]="Exporter.Tests -trait- Clock=virtual"
  ["Tests on virtual time"]="Exporter.Tests -trait Clock=virtual"
  ["End to end"]="Exporter.EndToEnd.Tests"
)

# program PROJECT: what a test project is built into.
program() { echo "tests/$1/bin/Release/net10.0/$1.dll"; }

# run_part NAME [FILTER…]: runs a part of the tests within a step.
run_part() {
  local words
  read -ra words <<<"${parts[$1]}"
  run_tests "${words[@]}" "${@:2}"
}

# run_tests PROJECT [FILTER…]: runs a built test project within a step. Without xunit's detection of long tests: it blocks a thread of the pool, and
# the tests on a virtual clock wait until the pool has nothing to do.
run_tests() {
  local project=$1 status=0 results=${log%.log}.trx
  shift
  # Memory is cheaper than collections; a thread that spins for work takes it from another; methods become fast at their 30th call and not once no
  # new ones come, which is never. Not end to end, where the programs under test would inherit it.
  if [[ $project == Exporter.Tests ]]; then
    export DOTNET_GCgen0size=4000000 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0 DOTNET_TC_CallCountingDelayMs=0
  fi

  timeout --foreground --signal=INT --kill-after=30 30m \
    dotnet "$(program "$project")" -noLogo -noColor -noAutoReporters -result-trx "$results" "$@" \
    || status=$?
  if [[ -f $results ]]; then read_results "$results" >"$outcomes"; fi
  case $status in
    0 | 1) ;;
    124 | 137) outcome failed "$project" "hung and was ended after 30 minutes: $(reason "$log")" ;;
    *) outcome failed "$project" "crashed with status $status: $(reason "$log")" ;;
  esac
  if [[ ! -s $outcomes ]]; then outcome failed "$project" "ran no test"; fi
  return "$status"
}

# The outcomes of a TRX file, with the first line of each reason.
read_results() {
  awk '
    function between(left, right, text) {
      if (!match($0, left)) return ""
      text = substr($0, RSTART + RLENGTH)
      sub(right ".*", "", text)
      gsub(/^[ \t\r\n]+/, "", text)
      sub(/[\r\n].*/, "", text)
      gsub(/\t/, " ", text)
      gsub(/&lt;/, "<", text); gsub(/&gt;/, ">", text); gsub(/&quot;/, "\"", text); gsub(/&#x[0-9A-F]+;/, " ", text); gsub(/&amp;/, "\\&", text)
      return text
    }
    BEGIN { RS = "<UnitTestResult "; word["Passed"] = "passed"; word["Failed"] = "failed"; word["NotExecuted"] = "skipped" }
    NR > 1 {
      outcome = between("outcome=\"", "\"")
      reason = outcome == "Failed" ? between("<Message>", "</Message>") : outcome == "NotExecuted" ? between("<StdOut>", "</StdOut>") : ""
      printf "%s\t%s\t%s\n", outcome in word ? word[outcome] : "failed", between("testName=\"", "\""), reason
    }' "$1"
}
