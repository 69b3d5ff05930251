using System.Collections.Immutable;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;

namespace Exporter.History;

/// <summary>Reads the last complete walks. Each row is read by itself, so that a damaged one does not affect the others.</summary>
internal static class SavedWalks
{
    /// <summary>
    /// A campaign that a list or the configuration removed is still restored for this long after its account's last attempt, because its
    /// values may still be served.
    /// </summary>
    private static readonly TimeSpan OverAfter = TimeSpan.FromDays(2);

    /// <summary>The mark in the column <c>gone</c>.</summary>
    public const string Gone = "gone";

    /// <param name="now">The time; an attempt cannot be later.</param>
    /// <param name="stopping">Ends the reading early; the rows read so far are returned.</param>
    public static SavedAccount Read(SqliteConnection connection, AccountIdentity account, DateTimeOffset now, CancellationToken stopping)
    {
        var campaigns = new Dictionary<CampaignKey, (long Row, CampaignSnapshot Campaign)>();
        var damaged = ImmutableArray.CreateBuilder<string>();
        var damage = (Exception?)null;
        using var select = connection.Prepare(SavedRow.Select, transaction: null, "$id");
        foreach (var (row, key, id, isGone) in Rows(connection, account, now, ref damage))
        {
            if (stopping.IsCancellationRequested)
            {
                break;
            }

            if (key is { } known && campaigns.ContainsKey(known))
            {
                // An older row of the same campaign.
                continue;
            }

            if (isGone is null)
            {
                damaged.Add(id);
                continue;
            }

            try
            {
                if (Read(select, row, account) is { } campaign)
                {
                    campaigns[campaign.Key] = (row, campaign with { IsDelisted = isGone.Value });
                }
                else if (!isGone.Value)
                {
                    // A removed campaign has no page to show, so its damage does not matter.
                    damaged.Add(id);
                }
            }
            catch (SqliteException e) when (StoreErrors.MayBeDamage(e))
            {
                damaged.Add(id);
                damage = e;
            }
        }

        var pages = ReadPages(connection, account, ref damage);
        return new SavedAccount(
            [.. campaigns.Values.OrderBy(static each => each.Row).Select(static each => each.Campaign)],
            damaged.DrainToImmutable(),
            damage
        )
        {
            LandingPagesAsSaved = pages,
        };
    }

    /// <summary>Returns the campaign in a row; <see langword="null"/> when it cannot be read.</summary>
    /// <param name="select"><see cref="SavedRow.Select"/>.</param>
    public static CampaignSnapshot? Read(SqliteCommand select, long row, AccountIdentity account)
    {
        using var reader = select.Bind(row).ExecuteReader();
        return reader.Read() && SavedRow.Read(reader, account) is { } found ? Campaign(found) : null;
    }

    /// <summary>The value is a word rather than a number, so that one changed bit does not turn it into another value.</summary>
    private static SavedLandingPages ReadPages(SqliteConnection connection, AccountIdentity account, ref Exception? damage)
    {
        try
        {
            using var select = connection.Prepare(
                "SELECT pages FROM account WHERE base_url = $base_url AND name = $name AND on_behalf_of = $on_behalf_of",
                transaction: null,
                "$base_url",
                "$name",
                "$on_behalf_of"
            );
            return select.Bind(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteScalar() switch
            {
                null or "" => IsDoubted(connection) ? SavedLandingPages.Damaged : SavedLandingPages.None,
                "known" => SavedLandingPages.Whole,
                _ => SavedLandingPages.Damaged,
            };
        }
        catch (SqliteException e) when (StoreErrors.MayBeDamage(e))
        {
            damage ??= e;
            return SavedLandingPages.Damaged;
        }
    }

    /// <summary>Whether the store carries the mark of <see cref="Schema.Doubt"/>.</summary>
    private static bool IsDoubted(SqliteConnection connection)
    {
        using var select = connection.Prepare(
            "SELECT 1 FROM account WHERE base_url = 'any' AND name = 'any' AND on_behalf_of = 'any'",
            transaction: null
        );
        return select.ExecuteScalar() is not null;
    }

    /// <summary>
    /// Returns the rows that may be restored, of one campaign the newest first. The column <c>gone</c> holds a word, for the reason in
    /// <see cref="ReadPages"/>; <see langword="null"/> means that it is damaged.
    /// </summary>
    private static List<(long Row, CampaignKey? Key, string Id, bool? IsGone)> Rows(
        SqliteConnection connection,
        AccountIdentity account,
        DateTimeOffset now,
        ref Exception? damage
    )
    {
        var rows = new List<(long Row, CampaignKey? Key, string Id, bool? IsGone, long LastAttempt)>();
        try
        {
            using var select = connection.Prepare(
                $"""
                SELECT campaign.id, campaign_id, max(last_success, coalesce(last_attempt, 0)), gone, kind
                FROM campaign JOIN account ON account.id = campaign.account
                WHERE base_url = $base_url AND account.name = $name AND on_behalf_of = $on_behalf_of {CampaignRows.NewestFirst}
                """,
                transaction: null,
                "$base_url",
                "$name",
                "$on_behalf_of"
            );
            using var found = select.Bind(account.BaseUrl, account.Name, account.OnBehalfOf).ExecuteReader();
            while (found.Read())
            {
                // A value that is not a time, or lies in the future, comes from damage or a wrong clock. It must not affect the other rows.
                var last = found.GetValue(2) is long at && at <= now.ToUnixTimeMilliseconds() ? at : long.MaxValue;
                var isGone = found.GetValue(3) switch
                {
                    "" => false,
                    Gone => true,
                    _ => (bool?)null,
                };
                rows.Add(
                    (found.GetInt64(0), CampaignRows.KeyOf(found.GetValue(4), found.GetValue(1)), $"{found.GetValue(1)}", isGone, last)
                );
            }
        }
        catch (SqliteException e) when (StoreErrors.MayBeDamage(e))
        {
            damage = e;
        }

        var newest = rows.Select(row => row.LastAttempt).Where(static at => at < long.MaxValue).DefaultIfEmpty(0).Max();
        var over = rows.Where(static row => row.Key is not null)
            .DistinctBy(static row => row.Key)
            .Where(row => row.IsGone == true && row.LastAttempt < newest - (long)OverAfter.TotalMilliseconds)
            .Select(static row => row.Key)
            .ToHashSet();
        return [.. rows.Where(row => !over.Contains(row.Key)).Select(static row => (row.Row, row.Key, row.Id, row.IsGone))];
    }

    /// <summary>Returns the campaign of a row; <see langword="null"/> when the walk in it makes no sense.</summary>
    private static CampaignSnapshot? Campaign(SavedRow row) =>
        StoredWalkMapper.TryUnpack(row.Walk) is { } walk ? StoredWalkMapper.Restore(row.Kind, row.Id, row.Health, walk) : null;
}
