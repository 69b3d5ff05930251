# shellcheck shell=bash
# What the tests of the packages share: a Debian to install into, and a systemctl there that only notes what it is asked.

fail() {
  printf 'Failed: %s\n' "$*" >&2
  exit 1
}

# left_out REASON: ends a step of run.sh.
left_out() {
  printf '%s\n' "$*"
  exit 77
}

# same WHAT EXPECTED ACTUAL
same() { [[ $2 == "$3" ]] || fail "$1: expected '$2', found '$3'"; }

# The root and its scratch space; both go at the end.
begin_root() {
  if [[ $(id -u) != 0 ]] || ! command -v dpkg-deb >/dev/null; then left_out "needs root, on Debian"; fi
  work=$(mktemp -d)
  root=$work/root
  trap 'rm -rf -- "$work"' EXIT
  make_root
  fake_systemctl
}

# Names of the installed packages that every Debian has, those in the arguments, and what they need.
needed() {
  dpkg-query --show --showformat '${db:Status-Status}\t${Package}\t${Essential}\t${Pre-Depends}, ${Depends}\n' | awk -F '\t' -v wanted="$*" '
    $1 == "installed" { needs[$2] = $4; if ($3 == "yes") queue[++count] = $2 }
    END {
      names = split(wanted, more, " ")
      for (i = 1; i <= names; i++) if (more[i] in needs) queue[++count] = more[i]
      while (next_one < count) {
        package = queue[++next_one]
        if (taken[package]++) continue
        print package
        groups = split(needs[package], group, ",")
        for (i = 1; i <= groups; i++) {
          choices = split(group[i], choice, "|")
          for (j = 1; j <= choices; j++) {
            gsub(/[ \t]|[(:].*/, "", choice[j])
            if (choice[j] in needs) { queue[++count] = choice[j]; break }
          }
        }
      }
    }'
}

# A Debian of nothing but what `needed` says, with this machine's files: no network, no mount, and nobody's configuration.
make_root() {
  local packages directory
  mapfile -t packages < <(needed libssl3 libssl3t64 ca-certificates passwd init-system-helpers)
  mkdir -p "$root"/{dev,etc,proc,run/systemd/system,tmp,usr/{bin,sbin,lib,lib64},var/{log,lib/dpkg/{info,updates}}}
  for directory in bin sbin lib lib64; do ln -s "usr/$directory" "$root/$directory"; done
  chmod 1777 "$root/tmp"
  mknod -m 666 "$root/dev/null" c 1 3

  # Not documentation, and not what a diversion or an operator took away.
  dpkg -L "${packages[@]}" | sed -nE 's:^/(bin|sbin|lib|lib64)/:/usr/\1/:; \:^/(usr|etc)/:p' \
    | grep -vE '^/usr/share/(doc|man|info|locale|lintian)/' | LC_ALL=C sort -u \
    | while IFS= read -r file; do if [[ -e $file || -L $file ]]; then printf '%s\n' "$file"; fi; done >"$work/files"
  tar --create --no-recursion --directory / --files-from "$work/files" --file - 2>"$work/tar.log" | tar --extract --directory "$root" --file -
  cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
  cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
  cp /etc/nsswitch.conf "$root/etc" 2>/dev/null || true

  printf '%s\n' "${packages[@]}" >"$work/packages"
  awk -v list="$work/packages" '
    BEGIN { while ((getline name < list) > 0) wanted[name] = 1; RS = ""; ORS = "\n\n" }
    { split($0, line, "\n"); sub(/^Package: /, "", line[1]) }
    line[1] in wanted' /var/lib/dpkg/status >"$root/var/lib/dpkg/status"
  for package in "${packages[@]}"; do cp /var/lib/dpkg/info/"$package"[.:]* "$root/var/lib/dpkg/info"; done
  cp /var/lib/dpkg/info/format "$root/var/lib/dpkg/info" 2>/dev/null || true
}

# /run/systemd/system says that systemd runs; this answers in its place.
fake_systemctl() {
  cat >"$root/usr/bin/systemctl" <<'SYSTEMCTL'
#!/bin/sh
printf '%s\n' "$*" >>/run/asked
SYSTEMCTL
  chmod 755 "$root/usr/bin/systemctl"
  : >"$root/run/asked"
}

# lay_out PUBLISHED: into $layout this release, into $work/later the next one, number $later, which brings another default file; $early is a
# pre-release of this one. The name of $layout is one that a shell or rpmbuild could take for something else.
lay_out() {
  # shellcheck disable=SC2154
  local final=${version%%[-+]*}
  # shellcheck disable=SC2034
  later=${final%.*}.$((${final##*.} + 1)) early=$final-rc.1
  layout=$work/"100% of 'it' %(false) \$layout"
  deploy/packaging/layout.sh "$1" "$layout"
  cp -a --link "$layout" "$work/later"
  rm "$work/later/etc/default/sendgrid-exporter"
  sed '$a # Something new.' "$layout/etc/default/sendgrid-exporter" >"$work/default"
  install -m 640 "$work/default" "$work/later/etc/default/sendgrid-exporter"
}

# inside COMMAND…: in the root, with nothing of this environment.
inside() { env --ignore-environment PATH=/usr/sbin:/usr/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive chroot "$root" "$@"; }

# What systemctl was asked since the last time, in a line for each.
asked() {
  cat "$root/run/asked"
  : >"$root/run/asked"
}

# as_service COMMAND…: as the user that the unit runs as, with its environment file.
as_service() {
  local variables
  mapfile -t variables < <(grep -E '^[A-Z]' "$root/etc/default/sendgrid-exporter")
  inside setpriv --reuid=sendgrid-exporter --regid=sendgrid-exporter --init-groups env "${variables[@]}" "$@"
}
