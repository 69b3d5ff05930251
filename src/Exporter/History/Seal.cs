using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Exporter.Snapshots;

namespace Exporter.History;

/// <summary>
/// Computes a digest over every served value of a saved row, above all its times: a changed bit must not make old values look fresh.
/// </summary>
internal static class Seal
{
    /// <param name="walk">The digest of the packed walk.</param>
    public static byte[] Compute(AccountIdentity account, CampaignKind kind, string id, PollHealth health, byte[] walk) =>
        SHA256.HashData(
            Encoding.UTF8.GetBytes(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{account.BaseUrl}\n{account.Name}\n{account.OnBehalfOf}\n{kind}\n{id}\n"
                        + $"{health.Up}\n{health.LastSuccess?.ToUnixTimeMilliseconds()}\n{health.LastAttempt?.ToUnixTimeMilliseconds()}\n"
                        + $"{(long)health.Duration.TotalMilliseconds}\n{health.Pages}\n{health.LastReason}\n{health.LastError}\n"
                        + $"{Convert.ToHexString(walk)}"
                )
            )
        );
}
