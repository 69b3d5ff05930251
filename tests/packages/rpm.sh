#!/usr/bin/env bash
# The rpm's whole life, for real: what it says of itself, then installed, upgraded and removed, its scripts run, in a root of its own.
#   tests/packages/rpm.sh DIRECTORY    the program as `dotnet publish` with Native AOT left it
# Exit code 77: this machine cannot show it. The root is a Debian, so what the package needs is compared and not resolved.
set -euo pipefail
published=$(realpath -- "$1")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. tests/packages/common.sh
. deploy/packaging/facts.sh
command -v rpmbuild >/dev/null || left_out "needs rpmbuild (Debian: rpm)"
begin_root

architecture=$(uname -m)
export RPM_PAYLOAD=w.ufdio
lay_out "$published"
deploy/packaging/rpm.sh "$layout" "$architecture" "$root/tmp"
VERSION=$later HOMEPAGE=https://example.test/a%20b deploy/packaging/rpm.sh "$work/later" "$architecture" "$root/tmp"
first=$root/tmp/$name-$version-1.$architecture.rpm second=$root/tmp/$name-$later-1.$architecture.rpm

# --- What is in it ---

query() { rpm --query --package "$first" "$@"; }
field() { query --queryformat "%{$1}"; }
same Packager "$maintainer" "$(field PACKAGER)"
same Version "$package_version" "$(field VERSION)"
same Summary "$summary" "$(field SUMMARY)"
same Description "$(<deploy/packaging/description)" "$(field DESCRIPTION)"
same URL https://example.test/a%20b "$(rpm --query --package "$second" --queryformat '%{URL}')"
same "configuration files" /etc/default/sendgrid-exporter "$(query --configfiles)"
same "/etc/sendgrid-exporter" "drwxr-s--- root:sendgrid-exporter" \
  "$(query --queryformat '[%{FILENAMES} %{FILEMODES:perms} %{FILEUSERNAME}:%{FILEGROUPNAME}\n]' | sed -n 's:^/etc/sendgrid-exporter ::p')"
same "files" "$(cd "$layout" && find . ! -type d | sed 's:^\.::' | LC_ALL=C sort)" \
  "$(query --queryformat '[%{FILENAMES} %{FILEMODES:perms}\n]' | sed -n 's/ [^d][-a-z]*$//p' | LC_ALL=C sort)"
# What the program loads as it goes, and every symbol of the C library that it is linked with.
for needed in 'libssl.so.3()(64bit)' ca-certificates 'libc.so.6()(64bit)' /usr/sbin/useradd; do
  query --requires | grep -qxF "$needed" || fail "the package does not say that it needs $needed"
done
if query --provides | grep -q sqlite; then fail "the package offers its SQLite to others"; fi
# The same from another checkout, into another directory, with another place for what is temporary, each with a name like that of $layout.
again="$work/again 50% %{name}"
mkdir -p "$again"/{tmp,out}
cp -a --parents deploy/packaging Directory.Build.props "$again"
TMPDIR=$again/tmp "$again/deploy/packaging/rpm.sh" "$layout" "$architecture" "$again/out"
cmp "$again/out/${first##*/}" "$first" || fail "the same input gives another package"
same "what is left of the work" "" "$(ls "$again/tmp")"
VERSION=$early deploy/packaging/rpm.sh "$layout" "$architecture" "$work"
early_version=$(rpm --query --package "$work/$name-$early-1.$architecture.rpm" --queryformat '%{VERSION}')
same "order of the pre-release $early_version" -1 "$(rpm --eval "%{lua: print(rpm.vercmp('$early_version', '${early%-*}'))}")"

# --- Its life ---

run_rpm() { rpm --root "$root" --nodeps "$@" >"$work/rpm.log" 2>&1 || { cat "$work/rpm.log"; fail "rpm $* failed"; }; }
owned() { inside stat --format '%a %U:%G' "$1"; }
ln -sf bash "$root/usr/bin/sh"

run_rpm --install "$first"
same "asked at the installation" daemon-reload "$(asked)"
same "/etc/sendgrid-exporter" "2750 root:sendgrid-exporter" "$(owned /etc/sendgrid-exporter)"
same "/etc/default/sendgrid-exporter" "640 root:root" "$(owned /etc/default/sendgrid-exporter)"
same "changed files" "" "$(rpm --root "$root" --verify --nodeps $name)"
same "version" "$version" "$(inside sendgrid-exporter --version | cut -d + -f 1)"
sed -i 's/^SENDGRID_API_KEY_FILE=.*/SENDGRID_API_KEY_FILE=/' "$root/etc/default/sendgrid-exporter"

run_rpm --upgrade "$second"
same "asked at the upgrade" $'daemon-reload\ndaemon-reload\ntry-restart sendgrid-exporter.service' "$(asked)"
same "version" "$name-$later-1.$architecture" "$(rpm --root "$root" --query $name)"
grep -q '^SENDGRID_API_KEY_FILE=$' "$root/etc/default/sendgrid-exporter" || fail "the upgrade lost an operator's change"
[[ -e $root/etc/default/sendgrid-exporter.rpmnew ]] || fail "the upgrade did not leave its new default file beside the changed one"
: >"$root/etc/sendgrid-exporter/api_key"

run_rpm --erase $name
same "asked at the removal" \
  $'--no-reload disable --now sendgrid-exporter.socket sendgrid-exporter.service\ndaemon-reload' "$(asked)"
same "left behind by the removal" $'/etc/default/sendgrid-exporter.rpmnew\n/etc/default/sendgrid-exporter.rpmsave\n/etc/sendgrid-exporter\n/etc/sendgrid-exporter/api_key' \
  "$(find "$root/etc" "$root/usr" "$root/var" -path '*sendgrid-exporter*' -printf '%p\n' | sed "s:^$root::" | LC_ALL=C sort)"
