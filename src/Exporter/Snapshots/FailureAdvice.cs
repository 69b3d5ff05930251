using System.Text.Json;

namespace Exporter.Snapshots;

/// <summary>
/// What to do about each <see cref="FailureCause"/>: a few sentences that can be read out over the phone. Page, <c>doctor</c> and runbook
/// say the same.
/// </summary>
internal static class FailureAdvice
{
    private const string OtherRegion =
        " An EU subuser's key and the global host refuse each other without saying so: for such an account base_url is "
        + "https://api.eu.sendgrid.com.";

    /// <summary>What is behind a failure when nothing better is known.</summary>
    public static FailureCause UsualCause(FailureReason reason) =>
        reason switch
        {
            FailureReason.Unauthorized => FailureCause.KeyUnknown,
            FailureReason.Forbidden => FailureCause.ScopeMissing,
            FailureReason.NotFound => FailureCause.NotFound,
            FailureReason.RateLimited => FailureCause.RateLimited,
            FailureReason.Unavailable => FailureCause.ApiTrouble,
            FailureReason.Timeout => FailureCause.NoAnswer,
            FailureReason.Incomplete => FailureCause.RowsMoved,
            FailureReason.Canceled => FailureCause.Stopped,
            _ => FailureCause.NotTheApi,
        };

    /// <summary>The word of a cause in JSON and in the runbook.</summary>
    public static string LabelOf(FailureCause cause) => JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString());

    public static string For(FailureCause cause) =>
        cause switch
        {
            FailureCause.KeyUnknown =>
                "Look whether the whole key, from SG. on, is where the configuration says. If it was revoked, make a new one in SendGrid "
                    + "(Settings, API Keys) with read access to Marketing; a changed key file is in use at the next request."
                    + OtherRegion,
            FailureCause.AddressNotAllowed =>
                "The key is good. Add the address that this machine has in the Internet to SendGrid's list (Settings, IP Access "
                    + "Management), or let the requests go out by an address that is on it."
                    + OtherRegion,
            FailureCause.CreditsUsedUp =>
                "The key is good. The account has used up its credits: raise the plan in SendGrid (Settings, Account Details), or wait "
                    + "for the next billing period; polling goes on by itself then.",
            FailureCause.BlockedForAWhile =>
                "Wait: the block ends by itself, and the exporter asks rarely meanwhile. If it comes back, something sends too many bad "
                    + "requests with this key or from this address.",
            FailureCause.ScopeMissing =>
                "Give the key read access to Marketing in SendGrid (Settings, API Keys; the scopes are marketing.read and "
                    + "marketing.automation.read), and check on_behalf_of. Legacy Marketing Campaigns cannot be read."
                    + OtherRegion,
            FailureCause.SubuserUnknown =>
                "Look at on_behalf_of: it is the subuser's user name as the list of subusers in SendGrid writes it, and the key must be "
                    + "the parent account's."
                    + OtherRegion,
            FailureCause.WrongRegion =>
                "Set base_url to the region of the account: https://api.eu.sendgrid.com for an EU subuser, https://api.sendgrid.com for "
                    + "all others.",
            FailureCause.FirewallPage =>
                "Something else than SendGrid's API answers, with a page for people: look at base_url, at the proxy that HTTPS_PROXY "
                    + "names, and at the firewall on the way.",
            FailureCause.EdgeTrouble =>
                "Nothing is to be done here: SendGrid's own front door cannot reach the API behind it. Polling goes on by itself; "
                    + "status.sendgrid.com tells more.",
            FailureCause.ApiTrouble =>
                "Nothing is to be done here: SendGrid or the way to it is in trouble. Polling goes on by itself; if it stays so, see "
                    + "status.sendgrid.com and the network.",
            FailureCause.RateLimited =>
                "Something else uses this account's rate limit too, or the interval is too short: plan tells the shortest that fits; then "
                    + "raise poll.interval or lower rate.requests_per_second.",
            FailureCause.NotFound =>
                "It was probably deleted in SendGrid, or its id is mistyped: copy the ID from the address bar with the campaign open, and "
                    + "look whether it belongs to this account.",
            FailureCause.Redirected =>
                "Set base_url to where the API really is: scheme and host only, as https://api.sendgrid.com. A redirect is not followed "
                    + "because the key would go with it.",
            FailureCause.RequestRefused =>
                "The API does not understand the request: look whether base_url is SendGrid's API, and whether a proxy changes requests; "
                    + "if it is, please report it with what it says.",
            FailureCause.NotTheApi =>
                "What answers is not what SendGrid documents: look at base_url and at the proxy that HTTPS_PROXY names; if both are "
                    + "right, please report it with what it says.",
            FailureCause.NoAnswer =>
                "No answer in time: see the network and the proxy, and status.sendgrid.com; a very long list may need a longer "
                    + "poll.timeout.",
            FailureCause.RowsMoved =>
                "The numbers moved while they were read, so nothing of it was used. It passes by itself; if it stays so, please report it.",
            FailureCause.Stopped => "It was stopped on purpose.",
            FailureCause.InternalError => "This is a mistake in the exporter: please report it with the log lines of that time.",
            FailureCause.NameNotFound =>
                "Look at the host name in base_url (and in HTTPS_PROXY), and at the name servers that this machine asks: in a container "
                    + "they are /etc/resolv.conf.",
            FailureCause.ConnectionRefused => "Nothing listens there: look at base_url, its port, and whether that service runs.",
            FailureCause.ConnectionReset =>
                "Something on the way cuts connections: polling goes on by itself; if it stays so, look at the firewall, the proxy and "
                    + "the limits of the network.",
            FailureCause.Unreachable =>
                "This machine has no way to that host: let it out through the firewall, or name the proxy in HTTPS_PROXY.",
            FailureCause.ProxyUnreachable =>
                "The proxy that HTTPS_PROXY (or ALL_PROXY) names does not answer: look at its name, its port and whether it runs, or list "
                    + "the host in NO_PROXY.",
            FailureCause.ProxyWantsCredentials =>
                "Put the user name and password that the proxy wants into HTTPS_PROXY: http://user:password@proxy:port.",
            FailureCause.ProxyRefuses =>
                "The proxy does not let this machine through to that host: ask whoever runs it to allow it, or list the host in NO_PROXY.",
            FailureCause.UnknownAuthority =>
                "The certificate is signed by nobody that this machine trusts. If a proxy opens TLS, add its certificate to the file that "
                    + "SSL_CERT_FILE names; in a bare container install ca-certificates.",
            FailureCause.WrongCertificateName =>
                "The certificate is another host's: look at base_url, and at what the name resolves to on this machine.",
            FailureCause.CertificateExpired =>
                "Look at this machine's clock first; if it is right, whoever runs that host or proxy has to renew its certificate.",
            FailureCause.CertificateFileMissing =>
                "The file that SSL_CERT_FILE (or the directory that SSL_CERT_DIR) names cannot be read: correct the name, or unset it to "
                    + "use the system's certificates.",
            FailureCause.TlsTrouble =>
                "No TLS connection comes about: look whether the port speaks TLS, and whether something on the way opens or blocks it.",
            _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, message: null),
        };
}
