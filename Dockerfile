# The exporter as one Native AOT binary on a base without shell or package manager, as a user without rights.
#   docker build -t sendgrid-exporter .
#   docker run --rm -p 10324:10324 sendgrid-exporter serve --demo
# The bases are named by tag: a digest written here is kept up to date by .github/dependabot.yml, and a release takes both by the digest of
# its day (.github/workflows/release.yml), which its provenance names.
# The compiler needs a toolchain for its target, so each architecture is built on a machine (or builder node) of its own kind.

# Directory.Build.props says it first; a label can only be told by an argument.
ARG VERSION=0.1.0

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
RUN apt-get update \
    && apt-get install -y --no-install-recommends clang zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source

# What decides the packages comes first, so that a change of code alone does not restore again.
ARG TARGETARCH
COPY global.json Directory.Build.props Directory.Packages.props ./
COPY src/Exporter/Exporter.csproj src/Exporter/packages.lock.json src/Exporter/
COPY src/Simulator/Simulator.csproj src/Simulator/packages.lock.json src/Simulator/
# First those of the lock file, by content; the compiler's own depend on the machine.
RUN dotnet restore src/Exporter --locked-mode \
    && dotnet restore src/Exporter --arch "${TARGETARCH:-$(dpkg --print-architecture)}" -p:PublishAot=true

COPY .editorconfig BannedSymbols.txt ./
COPY src/ src/
ARG VERSION
ARG REVISION=""
RUN dotnet publish src/Exporter --configuration Release --no-restore --output /out \
        --arch "${TARGETARCH:-$(dpkg --print-architecture)}" -p:PublishAot=true \
        -p:Version="$VERSION" ${REVISION:+-p:SourceRevisionId="$REVISION"} \
    && find /out -type f ! -name sendgrid-exporter ! -name '*.so' -delete \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled
ARG VERSION
ARG REVISION=""
LABEL org.opencontainers.image.title="sendgrid-exporter" \
      org.opencontainers.image.description="Prometheus exporter for SendGrid Marketing Campaigns statistics" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"

# No diagnostics socket in /tmp: the root file system may be read-only. The base image's port 8080 is not ours.
ENV SENDGRID_EXPORTER_STORAGE_PATH=/data \
    DOTNET_EnableDiagnostics=0 \
    ASPNETCORE_HTTP_PORTS=""

COPY --from=build /out/ /app/
# A new volume takes over the owner of the directory it covers.
COPY --from=build --chown=$APP_UID:$APP_UID /data/ /data/
VOLUME /data
USER $APP_UID
EXPOSE 10324
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["/app/sendgrid-exporter", "healthcheck"]
ENTRYPOINT ["/app/sendgrid-exporter"]
