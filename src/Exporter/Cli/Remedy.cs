using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Cli;

/// <summary>What to do about a finding of <c>doctor</c>: one or two sentences that can be read out over the phone.</summary>
internal static class Remedy
{
    public const string Clock = "set this machine's clock by NTP (chrony, systemd-timesyncd): the age of values is wrong by as much.";

    /// <summary>When not even an answer came.</summary>
    public static string OfSilence(Uri baseUrl) =>
        $"try curl -sS {new Uri(baseUrl, "/v3/scopes")} on this machine; it should speak of authorization. "
        + "If it does not, let this machine out to that host, or name the proxy in HTTPS_PROXY and its certificate in SSL_CERT_FILE.";

    /// <summary>What is to be done about a failure, and where the key lies when it is about the key.</summary>
    public static string For(ApiError error, ApiKey key) =>
        error.Cause == FailureCause.KeyUnknown
            ? $"{FailureAdvice.For(error.Cause)} The key is {(key.File is { } file ? $"in {file}" : "in api_key or SENDGRID_API_KEY")}."
            : FailureAdvice.For(error.Cause);
}
