using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Cli;

/// <summary>Returns advice for a finding of <c>doctor</c>: one or two sentences that can be read out over the phone.</summary>
internal static class Remedy
{
    public const string Clock = "set this machine's clock by NTP (chrony, systemd-timesyncd): the age of values is wrong by as much.";

    /// <summary>Returns advice when the API did not answer at all.</summary>
    public static string OfSilence(Uri baseUrl) =>
        $"try curl -sS {new Uri(baseUrl, "/v3/scopes")} on this machine; the answer should mention authorization. "
        + "If not, allow this machine to connect to that host, or set HTTPS_PROXY to the proxy and SSL_CERT_FILE to its certificate.";

    /// <summary>Returns advice for a failure, with the location of the key when it concerns the key.</summary>
    public static string For(ApiError error, ApiKey key) =>
        error.Cause == FailureCause.KeyUnknown
            ? $"{FailureAdvice.For(error.Cause)} The key is {(key.File is { } file ? $"in {file}" : "in api_key or SENDGRID_API_KEY")}."
            : FailureAdvice.For(error.Cause);
}
