using System.CommandLine;
using System.Globalization;
using Exporter.Configuration;
using Exporter.Configuration.Values;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.RateLimits;
using Exporter.Snapshots;
using ApiEndpoint = Exporter.SendGrid.ApiEndpoint;

namespace Exporter.Cli;

/// <summary>
/// The command <c>plan</c>: counts the pages that the configuration really needs, and shows whether the budget allows them.
/// </summary>
internal static class PlanCommand
{
    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var command = new Command(
            "plan",
            "Counts the requests that this configuration costs, against the budget; fetches everything once from the API."
        )
        {
            flags.ConfigFile,
            flags.Demo,
            flags.DemoSpeed,
            flags.DemoSeed,
        };
        command.SetAction(
            (parsed, cancellation) =>
                ApiCommand.RunAsync(
                    flags.DemoOf(parsed),
                    parsed.GetValue(flags.ConfigFile),
                    surroundings,
                    options => RunAsync(options, surroundings, cancellation),
                    cancellation
                )
        );
        return command;
    }

    private static async Task<int> RunAsync(ExporterOptions options, Surroundings surroundings, CancellationToken cancellation)
    {
        using var http = surroundings.CreateApiClient();
        var counted = new List<Counted>();
        var keys = ApiCommand.Keys(options, surroundings);
        foreach (var account in options.Accounts)
        {
            var client = ApiCommand.Client(http, account.Api, surroundings.Time, keys);
            counted.Add(await CountAsync(client, account, options.Poll, surroundings.Time, cancellation));
        }

        foreach (var account in counted)
        {
            await surroundings.Output.WriteLineAsync($"account {account.Account}");
            foreach (var (name, value) in Lines(account))
            {
                await surroundings.Output.WriteLineAsync($"  {name + ":", -20}{value}");
            }
        }

        foreach (var failure in counted.SelectMany(account => account.Failures))
        {
            await surroundings.Error.WriteLineAsync($"not counted: {failure}");
        }

        if (counted.Exists(account => !account.Plan.Fits))
        {
            await surroundings.Output.WriteLineAsync(
                counted.TrueForAll(account => account.Plan.FitsBudget)
                    ? "It does not fit SendGrid's own limit: lengthen poll.interval (or poll.discovery_interval), or poll less."
                    : "It does not fit: lengthen poll.interval, raise rate.requests_per_second as far as SendGrid allows, or poll less."
            );
            return ExitCode.DoesNotFit;
        }

        foreach (var (endpoint, used) in counted.SelectMany(account => account.Plan.Doubtful))
        {
            await surroundings.Output.WriteLineAsync(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The period of the limit on {endpoint} is not known yet. If it is "
                        + $"{Durations.Format(ObservedRateLimit.UsualPeriod)}, as is usual, this needs {used:0.0 %} of it."
                )
            );
        }

        if (counted.Exists(account => account.Failures.Count > 0))
        {
            await surroundings.Output.WriteLineAsync("What could be counted fits.");
            return ExitCode.Fatal;
        }

        await surroundings.Output.WriteLineAsync("It fits.");
        return ExitCode.Good;
    }

    private static IEnumerable<(string Name, string Value)> Lines(Counted counted) =>
        [
            ("campaigns", counted.Plan.Campaigns.Count.ToString(CultureInfo.InvariantCulture)),
            ("requests per cycle", counted.Plan.PerCycle.ToString(CultureInfo.InvariantCulture)),
            ("requests per hour", counted.Plan.PerHour.ToString("0", CultureInfo.InvariantCulture)),
            ("budget per hour", counted.Plan.BudgetPerHour.ToString("0", CultureInfo.InvariantCulture)),
            ("budget used", (counted.Plan.PerHour / counted.Plan.BudgetPerHour).ToString("0.0 %", CultureInfo.InvariantCulture)),
            (
                "shortest interval",
                counted switch
                {
                    { Plan.PerCycle: 0, Failures.Count: > 0 } => "unknown",
                    { Plan.ShortestInterval: { } shortest } => Durations.Format(shortest),
                    _ => "none",
                }
            ),
            .. RateLimit(counted.Plan),
            .. counted.Names is { } names ? [("names", names)] : Array.Empty<(string, string)>(),
        ];

    private static IEnumerable<(string Name, string Value)> RateLimit(CostPlan plan) =>
        plan.Tightest is not var (endpoint, limit, used)
            ? [("rate limit", "none was reported")]
            :
            [
                ("rate limit", string.Create(CultureInfo.InvariantCulture, $"{limit.Requests} requests per {Period(limit)} on {endpoint}")),
                (
                    "rate limit used",
                    string.Create(CultureInfo.InvariantCulture, $"{used:0.0 %}{(limit.Period is null ? ", or more" : "")}")
                ),
            ];

    /// <summary>Returns the period; SendGrid reports only when it ends, so that one answer shows no more than its rest.</summary>
    private static string Period(ObservedRateLimit limit) =>
        limit.Period is { } known ? Durations.Format(known) : $"{Durations.Format(limit.LeastPeriod)} or longer";

    private static async Task<Counted> CountAsync(
        SendGridClient client,
        AccountOptions options,
        PollOptions poll,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var name = options.Api.Name ?? "default";
        var failures = new List<string>();
        var identities = options.Configured(poll.Interval).ToList();
        var lists = new Dictionary<ApiEndpoint, int>();
        var sentAt = new Dictionary<CampaignKey, DateTimeOffset?>();
        foreach (var kind in options.Discovered)
        {
            using var attempt = new PollContext(time, poll.Timeout, retryForbidden: true, cancellation) { IsProbe = true };
            var found = await ListWalk.RunAsync(client, kind, attempt);
            lists.Add(CampaignPolicy.Of(kind).ListEndpoint, attempt.Pages);
            if (found.Error is { } error)
            {
                failures.Add($"account {name}: the list of {kind.ListLabel()}: {error.Message}");
            }
            else
            {
                identities.AddRange(ListDifference.FindNew(kind, found.Value!.Rows, identities, options, poll.Interval, time.GetUtcNow()));
                foreach (var row in found.Value.Rows)
                {
                    sentAt[new CampaignKey(kind, row.Id)] = row.SentAt;
                }
            }
        }

        var (costs, now) = (new List<CampaignCost>(), time.GetUtcNow());
        foreach (var identity in identities)
        {
            using var attempt = new PollContext(time, poll.Timeout, retryForbidden: true, cancellation) { IsProbe = true };
            var policy = CampaignPolicy.Of(identity.Kind);
            var query = new CampaignQuery(identity.Kind, identity.Id, policy.HasStatistics(options));
            var outcome = await CampaignPoll.RunAsync(client, query, attempt, time);
            if (outcome.Error is { } error)
            {
                failures.Add($"account {name}: {identity.Label}: {error.Message}");
                if (error.KeyIsRefused)
                {
                    break;
                }
            }

            var interval = policy.FirstIntervalOf(
                identity,
                sentAt.GetValueOrDefault(new CampaignKey(identity.Kind, identity.Id)),
                poll,
                now
            );
            costs.Add(
                new CampaignCost(
                    policy.PollEndpoints(options).ToDictionary(endpoint => endpoint, endpoint => Math.Max(1, attempt.PagesOf(endpoint))),
                    interval,
                    identity.Interval == poll.Interval ? interval / poll.Interval : null
                )
            );
        }

        var limits = lists
            .Keys.Concat(costs.SelectMany(cost => cost.Requests.Keys))
            .Distinct()
            .Select(endpoint => (Endpoint: endpoint, Limit: client.Gate.LimitOf(endpoint)))
            .Where(seen => seen.Limit is not null)
            .ToDictionary(seen => seen.Endpoint, seen => seen.Limit!);
        return new Counted(name, new CostPlan(costs, lists, poll.DiscoveryInterval, options.Api.Rate, limits), failures)
        {
            Names = await CountNamesAsync(client, options, poll, time, cancellation),
        };
    }

    /// <summary>Counts the requests for the undocumented list of names. They wait for all others, so they need not fit.</summary>
    /// <returns>A line; <see langword="null"/> when the list is not asked for.</returns>
    private static async Task<string?> CountNamesAsync(
        SendGridClient client,
        AccountOptions options,
        PollOptions poll,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        var policy = CampaignPolicy.Of(CampaignKind.Automation);
        if (!policy.IsDiscovered(options) || !policy.HasListedNames(options))
        {
            return null;
        }

        var patience = poll.Timeout < Transport.RequestTimeout ? poll.Timeout : Transport.RequestTimeout;
        using var attempt = new PollContext(time, patience, retryForbidden: false, cancellation) { IsProbe = true };
        var names = await UndocumentedNames.ListAsync(client, attempt);
        return names.Error is { } error
            ? $"unknown: {error.Message}"
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{attempt.Pages * (TimeSpan.FromHours(1) / poll.DiscoveryInterval):0} requests per hour more, when nothing else waits"
            );
    }

    private sealed record Counted(string Account, CostPlan Plan, IReadOnlyList<string> Failures)
    {
        /// <summary>The requests for names; <see langword="null"/> when the account does not ask for them.</summary>
        public string? Names { get; init; }
    }
}
