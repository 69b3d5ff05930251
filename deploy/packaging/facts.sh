# shellcheck shell=bash disable=SC2034
# What all packages say of themselves, from one place each. Sourced, in the root of the repository.
# VERSION, HOMEPAGE and SOURCE_DATE_EPOCH may come from the environment.

# fact PROPERTY: of Directory.Build.props.
fact() { sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" Directory.Build.props; }

name=sendgrid-exporter
version=${VERSION:-$(fact VersionPrefix)}
maintainer=$(fact Authors)
summary=$(fact Description)
homepage=${HOMEPAGE-}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
