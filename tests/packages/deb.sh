#!/usr/bin/env bash
# The Debian package's whole life, for real: installed, upgraded, removed, installed again and purged in a Debian of its own.
#   tests/packages/deb.sh DIRECTORY    the program as `dotnet publish` with Native AOT left it
# Exit code 77: this machine cannot show it.
set -euo pipefail
published=$(realpath -- "$1")
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
. tests/packages/common.sh
. deploy/packaging/facts.sh
begin_root

architecture=$(dpkg --print-architecture)
export DEB_COMPRESSION=none
lay_out "$published"
deploy/packaging/deb.sh "$layout" "$architecture" "$root/tmp"
VERSION=$later deploy/packaging/deb.sh "$work/later" "$architecture" "$root/tmp"
first=/tmp/${name}_${version}_$architecture.deb second=/tmp/${name}_${later}_$architecture.deb

# --- What is in it ---

field() { dpkg-deb --field "$root$first" "$1"; }
same Maintainer "$maintainer" "$(field Maintainer)"
same Version "$package_version" "$(field Version)"
same Description "$summary" "$(field Description | head -n 1)"
same conffiles /etc/default/sendgrid-exporter "$(dpkg-deb --info "$root$first" conffiles)"
same "files with a checksum" \
  "$(dpkg-deb --fsys-tarfile "$root$first" | tar --list | grep -E '^\./usr/.*[^/]$' | grep -v '/bin/' | sed 's:^\./::' | LC_ALL=C sort)" \
  "$(dpkg-deb --info "$root$first" md5sums | cut -c 35- | LC_ALL=C sort)"
same "owners" root/root "$(dpkg-deb --contents "$root$first" | awk '{ print $2 }' | sort -u)"
VERSION=$later deploy/packaging/deb.sh "$work/later" "$architecture" "$work"
cmp "$work/${second##*/}" "$root$second" || fail "the same input gives another package"
VERSION=$early deploy/packaging/deb.sh "$layout" "$architecture" "$work"
early_version=$(dpkg-deb --field "$work/${name}_${early}_$architecture.deb" Version)
dpkg --compare-versions "$early_version" lt "${early%-*}" || fail "the pre-release $early_version is taken for the newer one"

# --- Its life ---

run_dpkg() {
  inside dpkg --force-unsafe-io --force-confold "$@" >"$work/dpkg.log" 2>&1 || { cat "$work/dpkg.log"; fail "dpkg $* failed"; }
}
install_package() { run_dpkg --install "$1"; }
remove_package() { run_dpkg "$1" $name; }
owned() { inside stat --format '%a %U:%G' "$1"; }
state() { dpkg-query --root="$root" --show --showformat '${db:Status-Status}' $name 2>/dev/null || true; }
# Whatever there is of it in the root, but for dpkg's own notes.
left() { find "$root" -name '*sendgrid*' ! -path "$root/tmp/*" ! -path "$root/var/lib/dpkg/*" -printf '/%P\n'; }
before=$(cd "$root" && cat etc/passwd etc/group)

install_package "$first"
same "asked at the installation" "--system daemon-reload" "$(asked)"
same "what is enabled" "" "$(ls "$root"/etc/systemd/system 2>/dev/null)"
same "/etc/sendgrid-exporter" "2750 root:sendgrid-exporter" "$(owned /etc/sendgrid-exporter)"
same "/etc/default/sendgrid-exporter" "640 root:root" "$(owned /etc/default/sendgrid-exporter)"
same "changed files" "" "$(inside dpkg --verify $name)"
same "version" "$version" "$(inside sendgrid-exporter --version | cut -d + -f 1)"

# What the unit calls is there on the smallest Debian: of the program and of nothing else.
sed -n 's:^Exec[A-Za-z]*=[-+!@]*\([^ ]*\).*:\1:p' "$root/usr/lib/systemd/system/sendgrid-exporter.service" >"$work/commands"
[[ -s $work/commands ]] || fail "the unit calls nothing"
while read -r command; do inside test -x "$command" || fail "the unit calls $command, which is not there"; done <"$work/commands"

# The quick start of the default file: the service's group, and nobody else, reads the key.
if as_service sendgrid-exporter check >"$work/check.log" 2>&1; then fail "content without a key"; fi
grep -q 'SENDGRID_API_KEY_FILE: cannot use "/etc/sendgrid-exporter/api_key": there is no such file' "$work/check.log" || fail "$(cat "$work/check.log")"
printf 'SG.%s.%s\n' "$(printf 'a%.0s' {1..22})" "$(printf 'b%.0s' {1..43})" >"$root/tmp/key"
(umask 022 && inside install -m 640 /tmp/key /etc/sendgrid-exporter/api_key)
same "the key's file" "640 root:sendgrid-exporter" "$(owned /etc/sendgrid-exporter/api_key)"
as_service sendgrid-exporter check >"$work/check.log" 2>&1 || fail "$(cat "$work/check.log")"
if inside setpriv --reuid=nobody --regid=nogroup --clear-groups cat /etc/sendgrid-exporter/api_key 2>/dev/null; then fail "anybody reads the key"; fi

# What an operator and systemd leave behind.
sed -i 's/^#\(SENDGRID_EXPORTER_LOG_LEVEL=\).*/\1debug/' "$root/etc/default/sendgrid-exporter"
mkdir -p "$root"/etc/systemd/system/{multi-user,sockets}.target.wants "$root/var/lib/private/sendgrid-exporter"
ln -s /usr/lib/systemd/system/sendgrid-exporter.service "$root/etc/systemd/system/multi-user.target.wants/"
ln -s /usr/lib/systemd/system/sendgrid-exporter.socket "$root/etc/systemd/system/sockets.target.wants/"
ln -s private/sendgrid-exporter "$root/var/lib/sendgrid-exporter"
: >"$root/var/lib/private/sendgrid-exporter/state.db"

install_package "$second"
same "asked at the upgrade" $'--system daemon-reload\ntry-restart sendgrid-exporter.service' "$(asked)"
same "version" "$later" "$(dpkg-query --root="$root" --show --showformat '${Version}' $name)"
grep -q '^SENDGRID_EXPORTER_LOG_LEVEL=debug' "$root/etc/default/sendgrid-exporter" || fail "the upgrade lost an operator's change"
[[ -e $root/etc/default/sendgrid-exporter.dpkg-dist ]] || fail "the upgrade did not leave its new default file beside the changed one"
same "the key's file" "640 root:sendgrid-exporter" "$(owned /etc/sendgrid-exporter/api_key)"
[[ -e $root/var/lib/sendgrid-exporter/state.db || -e $root/var/lib/private/sendgrid-exporter/state.db ]] || fail "the upgrade lost the state"

remove_package --remove
same "asked at the removal" $'stop sendgrid-exporter.socket sendgrid-exporter.service\n--system daemon-reload' "$(asked)"
same "state" config-files "$(state)"
[[ ! -e $root/usr/bin/sendgrid-exporter && ! -e $root/usr/lib/sendgrid-exporter ]] || fail "the removal left the program"
[[ -e $root/etc/default/sendgrid-exporter && -e $root/etc/sendgrid-exporter/api_key && -e $root/var/lib/private/sendgrid-exporter/state.db ]] \
  || fail "the removal took more than the program"

install_package "$first"
same "the key's file" "640 root:sendgrid-exporter" "$(owned /etc/sendgrid-exporter/api_key)"
remove_package --remove
remove_package --purge
same "left behind by the purge" "" "$(left)"
same "users and groups after the purge" "$before" "$(cd "$root" && cat etc/passwd etc/group)"

# --- The other ways to the end ---

# Purged at once; the directories are links; the user was there before and is nobody's to take away.
inside useradd --system --user-group sendgrid-exporter
mkdir -p "$root"/srv/{state,secrets}
: >"$root/srv/state/kept"
ln -s /srv/state "$root/var/lib/sendgrid-exporter"
ln -s /srv/secrets "$root/etc/sendgrid-exporter"
install_package "$second"
remove_package --purge
same "left behind by the purge" "" "$(left)"
[[ -e $root/srv/state/kept ]] || fail "the purge followed a link"
inside getent passwd sendgrid-exporter >/dev/null || fail "the purge took a user that the package had not made"

# Where systemd does not run, as in a container, nobody asks it.
rm -r "$root/run/systemd"
asked >/dev/null
install_package "$first"
install_package "$second"
remove_package --purge
same "asked without systemd" "" "$(asked)"
same "left behind by the purge" "" "$(left)"
