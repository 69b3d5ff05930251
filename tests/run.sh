#!/usr/bin/env bash
# Builds everything with warnings as errors, runs every test against real parts, publishes with Native AOT and runs the end-to-end
# tests with that binary. The last line says "N passed, N failed". A clean clone and the .NET SDK are enough: as root on
# Debian the rest is installed, elsewhere what cannot be checked is left out and named.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

work=$(mktemp -d)
passed=0 failed=0 skipped=0

# Nothing of this script outlives it, build servers included.
export MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

# Ends the script, however it came to its end, with the one line that counts.
finish() {
  local status=$?
  trap - EXIT
  rm -rf -- "$work"
  if ((status != 0 && failed == 0)); then failed=1; fi
  printf '\n%d passed, %d failed' "$passed" "$failed"
  if ((skipped > 0)); then printf ', %d skipped' "$skipped"; fi
  printf '\n'
  exit $((failed > 0 || passed == 0))
}
trap finish EXIT

step() { printf '\n== %s (%d s after the start)\n' "$1" "$SECONDS"; }

left_out() {
  printf 'Left out: %s: %s\n' "$1" "$2"
  skipped=$((skipped + 1))
}

# Runs a build command. A warning is as bad as an error, except that the list of known vulnerabilities could not be fetched.
without_warnings() {
  "$@" 2>&1 | tee "$work/build.log" || return 1
  ! grep -E ': warning ' "$work/build.log" | grep -qvE 'warning NU190[05]'
}

# Runs a test project, or the tests that a filter leaves of it, and adds its numbers: run_tests NAME PROJECT [FILTER…]
run_tests() {
  local name=$1 project=$2 trx="$work/$1.trx" status=0 before=$failed
  shift 2
  dotnet test --project "$project" --configuration Release --no-build --no-progress --timeout 15m \
    --results-directory "$work" --report-xunit-trx --report-xunit-trx-filename "$name.trx" "$@" || status=$?
  if [[ -f $trx ]]; then
    local counters
    counters=$(grep -o '<Counters [^>]*>' "$trx")
    passed=$((passed + $(counter passed)))
    failed=$((failed + $(counter failed) + $(counter error)))
    skipped=$((skipped + $(counter notExecuted)))
  fi

  # It crashed, hung or had nothing to run.
  if ((status != 0 && failed == before)); then failed=$((failed + 1)); fi
}

counter() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }

missing_packages() {
  command -v prometheus >/dev/null && command -v promtool >/dev/null || echo prometheus
  command -v amtool >/dev/null || echo prometheus-alertmanager
  command -v clang >/dev/null || echo clang
  [[ -e /usr/include/zlib.h ]] || echo zlib1g-dev
  command -v curl >/dev/null || echo curl
  [[ -x /usr/bin/chromium ]] || echo chromium
  command -v podman >/dev/null || echo podman
  command -v runc >/dev/null || echo runc
}

install_packages() {
  local policy=/usr/sbin/policy-rc.d policy_is_ours=false status=0
  # The packages bring services that nobody here asked to start.
  if [[ ! -e $policy ]]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy" && policy_is_ours=true
  fi

  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends "$@"; } >"$work/apt.log" 2>&1 || status=$?
  if $policy_is_ours; then rm -f "$policy"; fi
  if ((status != 0)); then tail -n 5 "$work/apt.log"; fi
}

step "Tools"
mapfile -t missing < <(missing_packages)
if ((${#missing[@]} > 0)); then
  if [[ $(id -u) == 0 && -e /etc/debian_version ]]; then
    printf 'Installing %s\n' "${missing[*]}"
    install_packages "${missing[@]}"
    mapfile -t missing < <(missing_packages)
  fi

  if ((${#missing[@]} > 0)); then
    printf 'Not installed: %s. Tests that need them are skipped and say so.\n' "${missing[*]}"
  fi
fi

step "Build"
without_warnings dotnet build Exporter.sln --configuration Release || exit 1

step "Exporter.Tests"
run_tests Exporter.Tests tests/Exporter.Tests

step "Manifests"
if ! command -v npm >/dev/null; then
  left_out "Kubernetes manifests, chart and workflows against their types" "needs node and npm"
elif tests/manifests.sh >"$work/manifests.log" 2>&1; then
  tail -n 1 "$work/manifests.log"
  passed=$((passed + $(sed -n '$s/^\([0-9]*\) passed.*/\1/p' "$work/manifests.log")))
else
  cat "$work/manifests.log"
  failed=$((failed + 1))
fi

step "Compose"
if ! docker compose version >/dev/null 2>&1; then
  left_out "docker compose config" "needs Docker Compose v2"
elif docker compose -f deploy/compose.yaml config -q && docker compose -f deploy/compose.yaml -f deploy/compose.account.yaml config -q; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi

step "Unit for systemd"
if ! command -v systemd-analyze >/dev/null; then
  left_out "the systemd unit" "needs systemd-analyze"
# The program is not installed where the unit looks for it; exposure 2.0 is what systemd still calls OK.
elif sed 's:/usr/bin/sendgrid-exporter:/bin/true:' deploy/systemd/sendgrid-exporter.service >"$work/sendgrid-exporter.service" \
  && systemd-analyze verify "$work/sendgrid-exporter.service" \
  && systemd-analyze security --offline=yes --no-pager --threshold=20 "$work/sendgrid-exporter.service" | tail -n 1; then
  passed=$((passed + 1))
else
  failed=$((failed + 1))
fi

step "Native AOT"
binary=
if [[ " ${missing[*]-} " == *" clang "* || " ${missing[*]-} " == *" zlib1g-dev "* ]]; then
  left_out "Native AOT" "needs clang and zlib1g-dev; the end-to-end tests run with the program as dotnet run has it"
# A lock file of its own: the compiler's packages are those of the machine that it runs on, and packages.lock.json is for all.
elif without_warnings dotnet publish src/Exporter --configuration Release --use-current-runtime --output "$work/aot" \
  -p:PublishAot=true -p:NuGetLockFilePath=obj/aot.lock.json; then
  passed=$((passed + 1))
  binary=$work/aot/sendgrid-exporter
else
  echo "Failed: publishing with Native AOT without a warning"
  failed=$((failed + 1))
fi

# Everything end to end with what is published; Exporter.Tests has run all of the other form, in process, and this sees that it starts, serves and stops.
if [[ -n $binary ]]; then
  step "Exporter.EndToEnd.Tests, with the Native AOT binary"
  SENDGRID_EXPORTER_BINARY=$binary run_tests native-aot tests/Exporter.EndToEnd.Tests
  step "Exporter.EndToEnd.Tests, with the program as dotnet run has it"
  run_tests just-in-time tests/Exporter.EndToEnd.Tests --filter-class '*CommandsTests' '*BadInputTests' '*HttpTests' '*StopTests'
else
  step "Exporter.EndToEnd.Tests"
  run_tests end-to-end tests/Exporter.EndToEnd.Tests
fi

step "Image"
if [[ -z $binary || $(id -u) != 0 ]] || ! command -v podman >/dev/null || ! command -v runc >/dev/null; then
  left_out "the container image" "needs root, podman, runc and the Native AOT binary"
else
  # The build stage does what was done above, in a Debian that has to be made first; tests/image.sh alone runs it, too.
  status=0
  tests/image.sh "$work/aot" || status=$?
  case $status in
    0) passed=$((passed + 1)) ;;
    77) left_out "the container image" "no container runs here" ;;
    *) failed=$((failed + 1)) ;;
  esac
fi
