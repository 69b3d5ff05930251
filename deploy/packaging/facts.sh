# shellcheck shell=bash disable=SC2034
# What all packages say of themselves, from one place each. Sourced, in the root of the repository.
# VERSION, HOMEPAGE and SOURCE_DATE_EPOCH may come from the environment.

# fact PROPERTY: of Directory.Build.props.
fact() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" Directory.Build.props; }

name=sendgrid-exporter
version=${VERSION:-$(fact VersionPrefix)}
# As dpkg and rpm write a pre-release: what follows ~ comes before the version without it, and - would part a revision. 1.0.0-rc.1 is
# 1.0.0~rc.1, older than 1.0.0. Among pre-releases both order as semver does where each is a word and then numbers: rc.1, never rc1.
# Files keep the name that all others of the release have: GitHub would make ~ a dot, and SHA256SUMS would not find them.
package_version=${version%%+*}
package_version=${package_version/-/\~}${version#"$package_version"}
package_version=${package_version//-/+}
maintainer=$(fact Authors)
summary=$(fact Description)
homepage=${HOMEPAGE-}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
