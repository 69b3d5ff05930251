using System.Text.Json;

namespace Exporter.Snapshots;

/// <summary>
/// The advice for each <see cref="FailureCause"/>: a few sentences that can be read out over the phone. The status page, <c>doctor</c> and
/// the runbook give the same advice.
/// </summary>
internal static class FailureAdvice
{
    private const string OtherRegion =
        " SendGrid's global host and an EU subuser's key do not work together, and the error does not show it: for such an "
        + "account set base_url to https://api.eu.sendgrid.com.";

    /// <summary>Returns the usual cause of a reason, for failures whose cause is not known.</summary>
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

    /// <summary>Returns the name of a cause in JSON and in the runbook.</summary>
    public static string LabelOf(FailureCause cause) => JsonNamingPolicy.SnakeCaseLower.ConvertName(cause.ToString());

    public static string For(FailureCause cause) =>
        cause switch
        {
            FailureCause.KeyUnknown =>
                "Check that the whole key, from SG. on, is where the configuration names it. If it was revoked, create a new one in "
                    + "SendGrid (Settings, API Keys) with read access to Marketing; the next request uses a changed key file."
                    + OtherRegion,
            FailureCause.AddressNotAllowed =>
                "The key is good. Add this machine's Internet address to SendGrid's list (Settings, IP Access Management), or send the "
                    + "requests from an address on it."
                    + OtherRegion,
            FailureCause.CreditsUsedUp =>
                "The key is good. The account has used up its credits: upgrade its plan in SendGrid (Settings, Account Details), or wait "
                    + "for the next billing period; polling then recovers by itself.",
            FailureCause.BlockedForAWhile =>
                "Wait: the block ends by itself, and the exporter sends few requests until then. If it returns, something sends too many "
                    + "bad requests with this key or from this address.",
            FailureCause.ScopeMissing =>
                "Give the key read access to Marketing in SendGrid (Settings, API Keys; the scopes are marketing.read and "
                    + "marketing.automation.read), and check on_behalf_of. Legacy Marketing Campaigns cannot be read."
                    + OtherRegion,
            FailureCause.SubuserUnknown =>
                "Check on_behalf_of: it is the subuser's user name as SendGrid's list of subusers writes it, and the key must belong to "
                    + "the parent account."
                    + OtherRegion,
            FailureCause.WrongRegion =>
                "Set base_url to the region of the account: https://api.eu.sendgrid.com for an EU subuser, https://api.sendgrid.com for "
                    + "all others.",
            FailureCause.FirewallPage =>
                "A page for people answers instead of SendGrid's API: check base_url, the proxy that HTTPS_PROXY names, and the firewall "
                    + "on the way.",
            FailureCause.EdgeTrouble =>
                "You need not do anything: Cloudflare, in front of SendGrid, cannot reach the API. Polling recovers by itself; "
                    + "status.sendgrid.com has more information.",
            FailureCause.ApiTrouble =>
                "You need not do anything: SendGrid or the network on the way has a failure. Polling recovers by itself; if it does not, "
                    + "check status.sendgrid.com and the network.",
            FailureCause.RateLimited =>
                "Another program uses this account's rate limit too, or the interval is too short. Run plan to find the shortest "
                    + "interval that fits; then raise poll.interval or lower rate.requests_per_second.",
            FailureCause.NotFound =>
                "It was probably deleted in SendGrid, or its id is mistyped: copy the ID from the address bar with the campaign open, "
                    + "and check that it belongs to this account.",
            FailureCause.Redirected =>
                "Set base_url to the API's real address: scheme and host only, such as https://api.sendgrid.com. The exporter does not "
                    + "follow a redirect because the key would go with it.",
            FailureCause.RequestRefused =>
                "The API does not understand the request: check that base_url is SendGrid's API and that no proxy changes requests. If "
                    + "both are right, please report it with the API's message.",
            FailureCause.NotTheApi =>
                "The answer is not what SendGrid documents: check base_url and the proxy that HTTPS_PROXY names. If both are right, "
                    + "please report it with the error message.",
            FailureCause.NoAnswer =>
                "The API did not answer in time: check the network, the proxy and status.sendgrid.com; a very long list may need a "
                    + "longer poll.timeout.",
            FailureCause.RowsMoved =>
                "The numbers moved while they were read, so none of them were used. This usually passes by itself; if it stays, please "
                    + "report it.",
            FailureCause.Stopped => "The exporter stopped this poll on purpose.",
            FailureCause.InternalError => "This is a bug in the exporter: please report it with the log lines of that time.",
            FailureCause.NameNotFound =>
                "Check the host name in base_url (and in HTTPS_PROXY), and this machine's name servers: in a container they are in "
                    + "/etc/resolv.conf.",
            FailureCause.ConnectionRefused => "Nothing listens at that address: check base_url, its port, and that the service runs.",
            FailureCause.ConnectionReset =>
                "Something on the way cuts connections. Polling recovers by itself; if it does not, check the firewall, the proxy and "
                    + "the network's limits.",
            FailureCause.Unreachable => "This machine cannot reach that host: allow it in the firewall, or name a proxy in HTTPS_PROXY.",
            FailureCause.ProxyUnreachable =>
                "The proxy that HTTPS_PROXY (or ALL_PROXY) names does not answer: check its name, its port and that it runs, or list the "
                    + "host in NO_PROXY.",
            FailureCause.ProxyWantsCredentials =>
                "Put the proxy's user name and password into HTTPS_PROXY: http://user:password@proxy:port.",
            FailureCause.ProxyRefuses =>
                "The proxy does not let this machine connect to that host: ask its operator to allow it, or list the host in NO_PROXY.",
            FailureCause.UnknownAuthority =>
                "This machine trusts no authority that signed the certificate. The server must send its intermediate certificates: "
                    + "missing ones are not downloaded. If the authority is your own, or that of a proxy that intercepts TLS, add its "
                    + "certificate to the file that SSL_CERT_FILE names; in a bare container install ca-certificates.",
            FailureCause.WrongCertificateName =>
                "The certificate belongs to another host: check base_url, and what the name resolves to on this machine.",
            FailureCause.CertificateExpired =>
                "Check this machine's clock first; if it is right, the operator of that host or proxy must renew its certificate.",
            FailureCause.CertificateFileMissing =>
                "The file that SSL_CERT_FILE (or the directory that SSL_CERT_DIR) names cannot be read: correct the name, or unset it to "
                    + "use the system's certificates.",
            FailureCause.TlsTrouble =>
                "No TLS connection could be made: check that the port speaks TLS, and that nothing on the way intercepts or blocks it.",
            _ => throw new ArgumentOutOfRangeException(nameof(cause), cause, message: null),
        };
}
