using System.Collections.Immutable;
using System.Globalization;
using Exporter.Configuration;
using Exporter.History;
using Exporter.Snapshots;
using Microsoft.Data.Sqlite;
using Simulator;

namespace Exporter.Cli;

/// <summary>
/// The store that the demo begins with: what an exporter would have seen that had been running since the world began. Without
/// <c>--storage.path</c> it lies in a directory that goes with the process.
/// </summary>
internal sealed class DemoStore : IAsyncDisposable
{
    private readonly string? _temporary;

    private DemoStore(string path, string? temporary) => (Path, _temporary) = (path, temporary);

    /// <summary>What <c>--storage.path</c> is then; empty keeps nothing.</summary>
    public string Path { get; }

    /// <param name="path">The directory that was asked for; <see langword="null"/> when nothing was said.</param>
    /// <param name="world">The demo's world.</param>
    /// <param name="options">What polls it.</param>
    /// <param name="now">The present.</param>
    /// <param name="error">Gets a line when there can be no store; the demo runs without one then.</param>
    public static DemoStore Create(string? path, World world, ExporterOptions options, DateTimeOffset now, TextWriter error)
    {
        var temporary = (string?)null;
        try
        {
            path ??= temporary = Directory.CreateTempSubdirectory("sendgrid-exporter-demo-").FullName;
            if (path.Length > 0)
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
            // It lies where temporary things lie.
        }
    }

    private static void Write(string path, World world, ExporterOptions options, DateTimeOffset now)
    {
        using var directory = StorageDirectory.TryAcquire(path, out var problem) ?? throw new IOException(problem);
        directory.Prepare();
        using var database = HistoryDatabase.Open(directory.DatabaseFile);
        var accounts = ImmutableArray.CreateBuilder<AccountSnapshot>();
        foreach (var (simulated, polled) in world.Accounts.Zip(options.Accounts))
        {
            IReadOnlyList<Course> courses =
            [
                .. simulated.Automations.Select(each => Course.Of(world, each)),
                .. simulated.SingleSends.Select(each => Course.Of(world, each)),
            ];
            ImmutableArray<CampaignSnapshot> campaigns = [.. courses.Select(course => course.At(now, options))];
            foreach (var (course, campaign) in courses.Zip(campaigns))
            {
                database.Fill(polled.Identity, campaign, Moments(course.Begin, now).Select(at => (at, course.Totals(at))));
            }

            accounts.Add(
                new AccountSnapshot
                {
                    Identity = polled.Identity,
                    Name = polled.Api.Name,
                    Campaigns = campaigns,
                }
            );
        }

        database.Save(new Snapshot { Accounts = accounts.ToImmutable() }, now);
    }

    /// <summary>
    /// The past is as fine as the pages show it: ten minutes for the last hour, half an hour for a day, four hours for a week, days before. A finer one
    /// would delay the start.
    /// </summary>
    private static IEnumerable<DateTimeOffset> Moments(DateTimeOffset from, DateTimeOffset now)
    {
        var (hour, day, week) = (now.AddMinutes(-70), now.AddHours(-25), now.AddDays(-9));
        for (var at = from.AddHours(1); at < now; )
        {
            yield return at;
            at =
                at < week ? Earlier(at.AddDays(1), week)
                : at < day ? Earlier(at.AddHours(4), day)
                : at < hour ? Earlier(at.AddMinutes(30), hour)
                : at.AddMinutes(10);
        }
    }

    private static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    /// <summary>One campaign of the world as a function of time.</summary>
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

        /// <summary>What is stored of it at some moment: the statistics are only in the last walk, no page shows more of them.</summary>
        public IReadOnlyList<(SeriesKey Key, long Total)> Totals(DateTimeOffset at)
        {
            var links = Links(at)
                .GroupBy(
                    row => new SeriesKey(SeriesKey.LinkClicks, row.Email.StepOrVariation, row.Email.Phase, row.Location),
                    row => row.Clicks
                )
                .Select(static link => (link.Key, link.Sum()))
                .ToList();
            return [.. links, (new SeriesKey(SeriesKey.ReportedClicks, "", "", ""), links.Sum(static link => link.Item2))];
        }

        /// <summary>After a walk at that moment, and one before it.</summary>
        public CampaignSnapshot At(DateTimeOffset now, ExporterOptions options)
        {
            List<ObservedLink> rows = [.. Links(now)];
            var before = now - options.Poll.Interval;
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
                    Links = LinkTable.Empty.ApplyWalk([.. Links(before)], options.Links, before).ApplyWalk(rows, options.Links, now),
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
