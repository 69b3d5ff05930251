#!/usr/bin/env bash
# Decides what the release of a tag is called and where it goes, as NAME=VALUE lines for .github/workflows/release.yml:
#   git tag | deploy/release-plan.sh v1.2.3 Owner/Name
#   version=1.2.3
#   latest=true                 no other tag is of a higher version: only then `latest` moves. A pre-release is never the latest
#   image=ghcr.io/owner/name    a registry takes lower case only
#   charts=ghcr.io/owner/charts
# Refuses, with the reason, a tag that is no version, not the program's, or not in the changelog. Existing tags are read from standard input;
# those that are no versions do not count.
set -euo pipefail
export LC_ALL=C
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

refuse() {
  printf 'No release: %s\n' "$*" >&2
  exit 1
}

# https://semver.org, without build metadata, which a registry's tag cannot hold.
number='(0|[1-9][0-9]*)'
word='(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)'
final="^v$number\.$number\.$number\$"
semantic="^v$number\.$number\.$number(-$word(\.$word)*)?\$"

tag=${1-} repository=${2-}
[[ $tag =~ $semantic ]] || refuse "the tag '$tag' is not v1.2.3"
[[ $repository =~ ^[A-Za-z0-9._-]+/[A-Za-z0-9._-]+$ ]] || refuse "'$repository' is not an owner and a name"

version=${tag#v} repository=${repository,,}
program=$(sed -n 's:.*<VersionPrefix>\(.*\)</VersionPrefix>.*:\1:p' Directory.Build.props)
[[ $version == "$program" ]] || refuse "the tag says $version, Directory.Build.props $program"
grep -q "^## ${version//./\\.} / " CHANGELOG.md || refuse "CHANGELOG.md has no heading '## $version / DATE'"

# Of final versions alone, whose numbers are compared as numbers.
highest=$({ cat && printf '\n%s\n' "$tag"; } | { grep -E "$final" || true; } | sort --version-sort | tail -n 1)

printf '%s=%s\n' \
  version "$version" \
  latest "$([[ $tag == "$highest" ]] && echo true || echo false)" \
  image "ghcr.io/$repository" \
  charts "ghcr.io/${repository%%/*}/charts"
