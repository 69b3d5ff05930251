using System.Security.Cryptography;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// A campaign's row exactly as this program wrote it. There is no other way to its walk, so nothing foreign is ever decoded.
/// </summary>
/// <param name="Walk">The last complete walk, packed; see <see cref="StoredWalkMapper.Pack"/>.</param>
internal sealed record SavedRow(CampaignKind Kind, string Id, PollHealth Health, byte[] Walk)
{
    /// <summary>
    /// Reads a row by its id, in the order of <see cref="Read"/>. A row that is larger than any that this program writes is not loaded.
    /// </summary>
    public const string Select =
        "SELECT kind, campaign_id, up, last_success, last_attempt, duration, pages, reason, error, walk, seal FROM campaign "
        + "WHERE id = $id AND octet_length(campaign_id) + ifnull(octet_length(error), 0) + octet_length(walk) + octet_length(seal) "
        + "< 67108864";

    /// <summary>Returns the row; <see langword="null"/> when it is not what was written.</summary>
    public static SavedRow? Read(SqliteDataReader row, AccountIdentity account)
    {
        if (
            row.GetValue(0) is not long kind
            || row.GetValue(1) is not string id
            || !TryFlag(row.GetValue(2), out var up)
            || !StoredMoment.TryRead(row.GetValue(3), out var lastSuccess)
            || !TryTime(row.GetValue(4), out var lastAttempt)
            || row.GetValue(5) is not (long duration and >= 0 and < StoredMoment.End)
            || row.GetValue(6) is not (long pages and >= 0 and <= int.MaxValue)
            || !TryReason(row.GetValue(7), out var reason)
            || row.GetValue(8) is not (string or DBNull)
            || row.GetValue(9) is not byte[] walk
            || row.GetValue(10) is not byte[] seal
            || kind is not ((long)CampaignKind.Automation or (long)CampaignKind.SingleSend)
        )
        {
            return null;
        }

        var read = new SavedRow(
            (CampaignKind)kind,
            id,
            PollHealth.Resumed(
                up,
                lastSuccess,
                lastAttempt,
                TimeSpan.FromMilliseconds(duration),
                (int)pages,
                reason,
                row.GetValue(8) as string
            ),
            walk
        );
        return Seal.Compute(account, read.Kind, id, read.Health, SHA256.HashData(walk)).AsSpan().SequenceEqual(seal) ? read : null;
    }

    private static bool TryFlag(object value, out bool? flag)
    {
        flag = value is long number ? number != 0 : null;
        return value is DBNull or 0L or 1L;
    }

    private static bool TryTime(object value, out DateTimeOffset? time)
    {
        var isTime = StoredMoment.TryRead(value, out var at);
        time = isTime ? at : null;
        return isTime || value is DBNull;
    }

    private static bool TryReason(object value, out FailureReason? reason)
    {
        reason = value is long number ? (FailureReason)number : null;
        return value is DBNull || (value is >= 0L and <= int.MaxValue && Enum.IsDefined(reason!.Value));
    }
}
