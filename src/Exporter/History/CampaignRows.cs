using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>
/// Finds the row of a campaign. Ids are compared as <see cref="Ids"/> does, which no index of the database can: the rows of an account are
/// read once, when the first of them is looked for, and what others write later is not found: one object serves one transaction or request.
/// </summary>
/// <param name="table">Where the rows are: the table, or <see cref="ReadableRows.Campaigns"/>.</param>
internal sealed class CampaignRows(SqliteConnection connection, SqliteTransaction? transaction, string table)
{
    /// <summary>
    /// The order in which the first of several rows of one campaign counts: the last one that was written. A store that an older program
    /// wrote may have several, see <see cref="SameCampaigns"/>.
    /// </summary>
    public const string NewestFirst =
        $"ORDER BY CASE WHEN typeof(last_success) = 'integer' AND last_success < {ReadableRows.EndOfTime} THEN last_success END DESC, "
        + "campaign.id DESC";

    private readonly Dictionary<AccountIdentity, Dictionary<CampaignKey, long>> _known = [];

    /// <summary>Returns the row of a campaign; <see langword="null"/> when it has none.</summary>
    public long? Find(AccountIdentity account, CampaignKey campaign) => Of(account).TryGetValue(campaign, out var row) ? row : null;

    /// <summary>A row was written.</summary>
    public void Add(AccountIdentity account, CampaignKey campaign, long row) => Of(account).Add(campaign, row);

    /// <summary>Returns whose row it is; <see langword="null"/> when damage has left nothing to tell it by.</summary>
    public static CampaignKey? KeyOf(object kind, object id) =>
        (kind, id) is ((long)CampaignKind.Automation or (long)CampaignKind.SingleSend, string text)
            ? new CampaignKey((CampaignKind)(long)kind, text)
            : null;

    private Dictionary<CampaignKey, long> Of(AccountIdentity account)
    {
        if (_known.TryGetValue(account, out var known))
        {
            return known;
        }

        using var select = connection.Prepare(
            $"""
            SELECT campaign.id, kind, campaign_id FROM account JOIN {table} AS campaign ON campaign.account = account.id
            WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of {NewestFirst}
            """,
            transaction,
            "$base_url",
            "$name",
            "$on_behalf_of"
        );
        using var rows = select.Bind(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteReader();
        known = [];
        while (rows.Read())
        {
            if (KeyOf(rows.GetValue(1), rows.GetValue(2)) is { } campaign)
            {
                known.TryAdd(campaign, rows.GetInt64(0));
            }
        }

        return _known[account] = known;
    }
}
