using System.Collections.Immutable;
using System.Globalization;
using Exporter.Configuration;
using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;
using Simulator;

namespace Exporter.Cli;

/// <summary>
/// The store with which the demo starts, as an exporter would have left it that ran since the beginning of the simulated world. Without
/// <c>--storage.path</c> it lies in a temporary directory that is removed at the end.
/// </summary>
internal sealed class DemoStore : IAsyncDisposable
{
    private readonly string? _temporary;

    private DemoStore(string path, string? temporary) => (Path, _temporary) = (path, temporary);

    /// <summary>The value to use for <c>--storage.path</c>; empty keeps no state.</summary>
    public string Path { get; }

    /// <param name="path">The directory to use; <see langword="null"/> when the user named none.</param>
    /// <param name="options">The configuration that polls the world, or this process's share of it.</param>
    /// <param name="error">Gets a line when the store cannot be written; the demo then runs without one.</param>
    public static DemoStore Create(string? path, World world, ExporterOptions options, DateTimeOffset now, TextWriter error)
    {
        var temporary = (string?)null;
        try
        {
            path ??= temporary = Directory.CreateTempSubdirectory("sendgrid-exporter-demo-").FullName;
            if (path.Length > 0 && options.Accounts.Count > 0)
            {
                Write(path, world, options, now);
            }

            return new(path, temporary);
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException or SqliteException or InvalidDataException or NotSupportedException)
        {
            Delete(temporary);
            error.WriteLine($"warning: the demo has no past: {e.Message}");
            return new(temporary is null ? path ?? "" : "", temporary: null);
        }
    }

    public ValueTask DisposeAsync()
    {
        Delete(_temporary);
        return ValueTask.CompletedTask;
    }

    private static void Delete(string? directory)
    {
        try
        {
            if (directory is not null)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system clears its temporary directory some day.
        }
    }

    private static void Write(string path, World world, ExporterOptions options, DateTimeOffset now)
    {
        using var directory = StoreDirectory.TryAcquire(path, out var problem) ?? throw new IOException(problem);
        directory.Prepare();
        using var database = HistoryDatabase.Open(directory.DatabaseFile);
        if (options.Accounts.Any(account => !database.Saved(account.Identity, now, CancellationToken.None).Campaigns.IsEmpty))
        {
            // An earlier start of the same world has left its own past, which goes on.
            return;
        }

        var accounts = ImmutableArray.CreateBuilder<AccountSnapshot>();
        foreach (var polled in options.Accounts)
        {
            var simulated = world.Accounts.Single(account => polled.Api.Name is null || polled.Api.Name == account.Name);
            IReadOnlyList<Course> courses =
            [
                .. simulated.Automations.Select(each => Course.Of(world, each)),
                .. simulated.SingleSends.Select(each => Course.Of(world, each)),
            ];
            var campaigns = ImmutableArray.CreateBuilder<CampaignSnapshot>();
            foreach (var course in courses)
            {
                List<(DateTimeOffset At, List<ObservedLink> Rows)> walks =
                [
                    .. Moments(course.Begin, now).Append(now).Select(at => (at, course.Links(at).ToList())),
                ];
                var campaign = course.Walked(walks, options);
                database.Fill(polled.Identity, campaign, walks.SkipLast(1).Select(walk => (walk.At, Totals(walk.Rows))));
                campaigns.Add(campaign);
            }

            accounts.Add(
                new AccountSnapshot
                {
                    Identity = polled.Identity,
                    Name = polled.Api.Name,
                    Campaigns = campaigns.ToImmutable(),
                }
            );
        }

        database.Save(new Snapshot { Accounts = accounts.ToImmutable() }, new HistoryClock(now, Ran: TimeSpan.Zero, now, Timestamp: 0));
    }

    /// <summary>
    /// Returns the times of the past walks, as dense as the pages need them: every ten minutes for the last hour, half an hour for a day,
    /// four hours for a week, and a day before that. More would delay the start.
    /// </summary>
    private static IEnumerable<DateTimeOffset> Moments(DateTimeOffset from, DateTimeOffset now)
    {
        var (hour, day, week) = (now.AddMinutes(-70), now.AddHours(-25), now.AddDays(-9));
        for (var at = from.AddHours(1); at < now; at = After(at))
        {
            yield return at;
        }

        DateTimeOffset After(DateTimeOffset at)
        {
            if (at < week)
            {
                return Earlier(at.AddDays(1), week);
            }

            if (at < day)
            {
                return Earlier(at.AddHours(4), day);
            }

            return at < hour ? Earlier(at.AddMinutes(30), hour) : at.AddMinutes(10);
        }
    }

    /// <summary>
    /// Returns the totals that are stored of a walk. Statistics are kept for the last walk only, because no page shows older ones.
    /// </summary>
    private static IReadOnlyList<(SeriesKey Key, long Total)> Totals(List<ObservedLink> rows)
    {
        var links = rows.GroupBy(
                row => new SeriesKey(SeriesKey.LinkClicks, row.Email.StepOrVariation, row.Email.Phase, row.Location),
                row => row.Clicks
            )
            .Select(static link => (link.Key, link.Sum()))
            .ToList();
        return [.. links, (new SeriesKey(SeriesKey.ReportedClicks, "", "", ""), links.Sum(static link => link.Item2))];
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>One simulated campaign as a function of time.</summary>
    private sealed record Course(
        CampaignKind Kind,
        string Id,
        string Name,
        DateTimeOffset Begin,
        ImmutableArray<(string StepId, string Name)> Steps,
        Func<DateTimeOffset, IEnumerable<ObservedLink>> Links,
        Func<DateTimeOffset, IEnumerable<EmailStatistics>> Statistics
    )
    {
        public static Course Of(World world, SimulatedAutomation automation) =>
            new(
                CampaignKind.Automation,
                automation.Id,
                automation.Name,
                world.Start,
                [.. automation.Steps.Select(step => (step.Id, step.Name))],
                at =>
                    world
                        .LinkTotals(automation.Id, at)
                        .Select(row => new ObservedLink(new EmailKey(row.StepId), Place(row.Location), row.Url, row.Clicks)),
                at => world.StepTotals(automation.Id, at).Select(step => Numbers(new EmailKey(step.StepId), step.Stats))
            );

        public static Course Of(World world, SimulatedSingleSend send) =>
            new(
                CampaignKind.SingleSend,
                send.Id,
                send.Name,
                send.SentAt,
                [],
                at =>
                    world
                        .SingleSendLinkTotals(send.Id, at)
                        .Select(row => new ObservedLink(new EmailKey(row.Variation, row.Phase), Place(row.Location), row.Url, row.Clicks)),
                at => world.SingleSendTotals(send.Id, at).Select(total => Numbers(new EmailKey(total.Variation, total.Phase), total.Stats))
            );

        /// <summary>Returns the campaign after these walks.</summary>
        public CampaignSnapshot Walked(List<(DateTimeOffset At, List<ObservedLink> Rows)> walks, ExporterOptions options)
        {
            var (now, rows) = walks[^1];
            return new()
            {
                Kind = Kind,
                Id = Id,
                Label = Name,
                Name = Name,
                Interval = options.Poll.Interval,
                StepNames = Steps,
                Health = PollHealth.Untried.Succeeded(now, TimeSpan.Zero, pages: 1),
                Data = new CampaignData
                {
                    Links = walks.Aggregate(LinkTable.Empty, (table, walk) => table.ApplyWalk(walk.Rows, options.Links, walk.At)),
                    ReportedClicks = rows.Sum(row => row.Clicks),
                    Statistics = [.. Statistics(now)],
                },
            };
        }

        private static string Place(int location) => location.ToString(CultureInfo.InvariantCulture);

        private static EmailStatistics Numbers(EmailKey email, Statistics numbers) =>
            new(email, [.. numbers.ByName.Select(static number => (long?)number.Value)]);
    }
}
