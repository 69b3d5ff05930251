using Exporter.SendGrid;

namespace Exporter.Cli;

/// <summary>What to do about a finding of <c>doctor</c>: one or two sentences that can be read out over the phone.</summary>
internal static class Remedy
{
    public const string Clock = "set this machine's clock by NTP (chrony, systemd-timesyncd): the age of values is wrong by as much.";

    public const string Scopes = "give the key read access to Marketing in SendGrid, under Settings, API Keys.";

    public const string Subuser =
        "look at on_behalf_of: it is the subuser's user name as the list of subusers in SendGrid writes it, and the key must be the parent account's.";

    public const string WrongId = "copy the ID from the address bar with the campaign open in SendGrid, and look whether it belongs to this account.";

    private const string NotTheApi = "something else than SendGrid's API answers: look at base_url, and at the proxy that HTTPS_PROXY names.";

    /// <summary>When not even an answer came.</summary>
    public static string OfSilence(Uri baseUrl) =>
        $"try curl -sS {new Uri(baseUrl, "/v3/scopes")} on this machine; it should speak of authorization. "
        + "If it does not, let this machine out to that host, or name the proxy in HTTPS_PROXY and its certificate in SSL_CERT_FILE.";

    /// <summary>When the key is refused.</summary>
    /// <param name="key">Where it lies decides what is to be looked at.</param>
    public static string OfKey(ApiKey key) =>
        $"make a new key in SendGrid, under Settings, API Keys, with read access to Marketing, and put the whole of it, from SG. on, into {key.File ?? "api_key or SENDGRID_API_KEY"}.";

    public static string Of(ApiError error) => error.Kind switch
    {
        ApiErrorKind.Forbidden => Scopes,
        ApiErrorKind.NotFound => WrongId,
        ApiErrorKind.RateLimited => "wait a minute and ask again; if it stays, something else uses up the account's rate limit, or rate.requests_per_second is too high.",
        ApiErrorKind.Unavailable or ApiErrorKind.Timeout or ApiErrorKind.Incomplete =>
            "ask again in a few minutes, and look at status.sendgrid.com; a running exporter goes on with its last values meanwhile.",
        _ => NotTheApi,
    };
}
