#!/usr/bin/env bash
# The program as a .NET tool: packed from what was built (Release), installed from that folder alone, run.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. tests/packages/common.sh
. deploy/packaging/facts.sh
command -v curl >/dev/null || left_out "needs curl"
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

# What it writes on the way lies beside what the build wrote, never in its place.
dotnet pack src/Exporter --no-build --configuration Release --output "$work/packages" --verbosity quiet \
  -p:PublishDir="$work/publish/" -p:NuspecOutputPath="$work/nuspec"
same "packages" "$name.$version.nupkg" "$(ls "$work/packages")"
dotnet tool install $name --tool-path "$work/tools" --source "$work/packages" --version "$version" --verbosity quiet
tool=$work/tools/$name

same version "$version" "$("$tool" --version | cut -d + -f 1)"
status=0
"$tool" check --config.file="$work/none.yml" >"$work/check.log" 2>&1 || status=$?
same "exit code of check without a file" 2 "$status"
"$tool" check --demo

# It serves, and keeps what it saw: SQLite's library is found, too.
socket=unix:$work/web.sock
"$tool" --demo --storage.path="$work/state" --web.listen-address="$socket" >"$work/serve.log" 2>&1 &
process=$!
trap 'kill "$process" 2>/dev/null || true; rm -rf -- "$work"' EXIT
for ((attempt = 0; attempt < 200; attempt++)); do
  page=$(curl --silent --fail --unix-socket "$work/web.sock" http://localhost/metrics || true)
  if grep -q '^sendgrid_automation_link_clicks{' <<<"$page"; then break; fi
  kill -0 "$process" 2>/dev/null || { cat "$work/serve.log"; fail "it ended by itself"; }
  sleep 0.3
done
grep -q '^sendgrid_automation_link_clicks{' <<<"$page" || { cat "$work/serve.log"; fail "/metrics shows no clicks"; }
grep -q '^sendgrid_exporter_state_usable 1$' <<<"$page" || fail "the saved state cannot be used"
"$tool" healthcheck --web.listen-address="$socket" >/dev/null || fail "healthcheck says unhealthy"
kill -TERM "$process"
status=0
wait "$process" || status=$?
same "exit code after SIGTERM" 0 "$status"
