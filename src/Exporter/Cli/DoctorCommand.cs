using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Exporter.Configuration;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.SendGrid;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>
/// The command <c>doctor</c>: queries the real API with each account's key and shows in one table of numbered lines what works and what
/// does not. Below the table it gives advice for each failed check.
/// </summary>
internal static class DoctorCommand
{
    public static Command Create(Flags flags, Surroundings surroundings)
    {
        var command = new Command(
            "doctor",
            "Checks the real API with each account's key: reachable, accepted, scopes, clock, every configured campaign."
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
        var rows = new List<(string Account, Finding Finding)>();
        var keys = ApiCommand.Keys(options, surroundings);
        foreach (var account in options.Accounts)
        {
            var findings = await ExamineAsync(
                ApiCommand.Client(http, account.Api, surroundings.Time, keys),
                account,
                options.Poll.Timeout,
                surroundings.Time,
                cancellation
            );
            rows.AddRange(findings.Select(finding => (account.Api.Name ?? "default", finding)));
        }

        await surroundings.Output.WriteLineAsync($"sendgrid-exporter {BuildInfo.Current.Version}, {surroundings.Time.GetUtcNow():u}");
        ApiCommand.Print(
            surroundings.Output,
            ["line", "account", "check", "result", "detail"],
            rows.Select((row, number) => new[] { $"{number + 1}", row.Account, row.Finding.Check, row.Finding.Result, row.Finding.Detail })
        );
        var failed = rows.Count(row => row.Finding is { IsGood: false, IsWarning: false });
        var doubtful = rows.Index().Where(row => !row.Item.Finding.IsGood).ToList();
        await surroundings.Output.WriteLineAsync(
            (failed, doubtful.Count) switch
            {
                (> 0, _) => $"{failed} of {rows.Count} checks failed. What to do:",
                (_, > 0) => $"All is well: {rows.Count} checks, {doubtful.Count} with a warning. What to do:",
                _ => $"All is well: {rows.Count} checks.",
            }
        );
        foreach (var (number, (account, finding)) in doubtful)
        {
            await surroundings.Output.WriteLineAsync($"  line {number + 1} ({account}, {finding.Check}): {finding.Remedy}");
        }

        return failed > 0 ? ExitCode.CheckFailed : ExitCode.Good;
    }

    private static Task<IReadOnlyList<Finding>> ExamineAsync(
        SendGridClient client,
        AccountOptions account,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellation
    ) => new Examination(client, account, timeout, time, cancellation).RunAsync();

    /// <summary>One row of the table, with advice for a failed check.</summary>
    internal readonly record struct Finding(string Check, bool IsGood, string Detail, string Remedy)
    {
        /// <summary>Whether a failed check still lets everything be polled.</summary>
        public bool IsWarning { get; init; }

        public string Result =>
            this switch
            {
                { IsGood: true } => "ok",
                { IsWarning: true } => "warning",
                _ => "FAILED",
            };
    }

    /// <summary>Runs the checks of one account; each explains failures of the next ones.</summary>
    private sealed class Examination(
        SendGridClient client,
        AccountOptions options,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellation
    )
    {
        /// <summary>A larger difference makes the age of values wrong by as much; <c>Date</c> has whole seconds only.</summary>
        private static readonly TimeSpan TolerableSkew = TimeSpan.FromSeconds(30);

        private const string KeyCheck = "key accepted";

        private readonly List<Finding> _findings = [];

        /// <summary>Whether every answer so far was a 404, which any server may give.</summary>
        private bool _isAll404 = true;

        public async Task<IReadOnlyList<Finding>> RunAsync()
        {
            if (await KeyAsync())
            {
                foreach (var kind in Enum.GetValues<CampaignKind>().Where(IsUsed))
                {
                    await CampaignsAsync(kind);
                }
            }

            WeighScopes();
            WeighKey();
            return _findings;
        }

        private bool IsUsed(CampaignKind kind) => options.Discovered.Contains(kind) || CampaignPolicy.Of(kind).ConfiguredIds(options).Any();

        /// <returns>Whether the next checks make sense.</returns>
        private async Task<bool> KeyAsync()
        {
            using var attempt = NewAttempt();
            var answer = await client.GetScopesAsync(attempt);
            var error = answer.Error;
            // An answer without a Date header, as some proxies send it, counts too.
            var answered = answer.Date is not null || error is not { Reason: FailureReason.Unavailable or FailureReason.Timeout };
            Add(
                "API reachable",
                answered,
                answered ? options.Api.BaseUrl.ToString() : error!.Message,
                $"{RemedyOf(error)} {Remedy.OfSilence(options.Api.BaseUrl)}"
            );
            if (answer.Date is { } date)
            {
                var skew = date - time.GetUtcNow();
                Add(
                    "clock",
                    skew.Duration() <= TolerableSkew,
                    $"the API's clock is {skew.Duration().TotalSeconds.ToString("0", CultureInfo.InvariantCulture)} s "
                        + $"{(skew < TimeSpan.Zero ? "behind" : "ahead of")} this machine's",
                    Remedy.Clock
                );
            }

            if (!answered)
            {
                return false;
            }

            // A 403 here means that the key may not list its scopes, so the key itself is accepted.
            var accepted =
                error
                is null
                    or { Reason: FailureReason.Forbidden, Cause: not FailureCause.FirewallPage }
                    or { Reason: FailureReason.NotFound };
            var where = options.Api.ApiKey.File is { } file ? $"from {file}" : "from the configuration or the environment";
            Hear(error);
            Add(KeyCheck, accepted, accepted ? where : $"{where}; {error!.Message}", RemedyOf(error));
            if (error is null)
            {
                Scopes(answer.Body);
            }

            return accepted;
        }

        private void Scopes(ReadOnlyMemory<byte> body)
        {
            string[] needed = ["marketing.read", "marketing.automation.read"];
            try
            {
                var held = JsonSerializer.Deserialize(body.Span, WireJson.Default.ScopesAnswer)?.Scopes ?? [];
                var missing = needed.Except(held, StringComparer.Ordinal).ToList();
                Add(
                    "scopes",
                    missing.Count == 0,
                    missing.Count == 0 ? string.Join(", ", needed) : $"missing: {string.Join(", ", missing)}",
                    FailureAdvice.For(FailureCause.ScopeMissing)
                );
            }
            catch (JsonException)
            {
                var error = new ApiError(FailureReason.InvalidResponse, "the list of scopes is undecodable");
                Add("scopes", isGood: false, error.Message, RemedyOf(error));
            }
        }

        /// <summary>
        /// Makes missing scopes a warning when all data can be read anyway: the requests show better than the list of scopes what the key
        /// may do.
        /// </summary>
        private void WeighScopes()
        {
            var scopes = _findings.FindIndex(static finding => finding.Check == "scopes");
            if (
                scopes >= 0
                && scopes < _findings.Count - 1
                && _findings.Skip(scopes + 1).All(static finding => finding.IsGood || finding.IsWarning)
            )
            {
                _findings[scopes] = _findings[scopes] with { IsWarning = !_findings[scopes].IsGood };
            }
        }

        /// <summary>
        /// An answer of 404 is good where SendGrid gives it: for a list of scopes that is not there, and for a campaign without data. A
        /// server that gives no other may be any server, and what it says of campaigns says nothing.
        /// </summary>
        private void WeighKey()
        {
            var key = _findings.FindIndex(static finding => finding.Check == KeyCheck);
            if (!_isAll404 || key < 0 || !_findings[key].IsGood || _findings.Skip(key + 1).Any(static finding => finding.IsGood))
            {
                return;
            }

            _findings.RemoveRange(key, _findings.Count - key);
            Add(
                KeyCheck,
                isGood: false,
                $"no answer of {options.Api.BaseUrl} shows that it is SendGrid's API: it answered 404 to everything that was asked",
                FailureAdvice.For(FailureCause.NotTheApi)
            );
        }

        private async Task CampaignsAsync(CampaignKind kind)
        {
            var word = kind.ListLabel().Replace('_', ' ');
            using var attempt = NewAttempt();
            var list = await ListWalk.RunAsync(client, kind, attempt);
            Hear(list.Error);

            // Without discovery serve never asks for the list; here it helps to find a wrong id.
            var isNeeded = options.Discovered.Contains(kind);
            Add(
                $"list of {word}",
                list.Error is null,
                list.Error is { } refused
                    ? $"{refused.Message}{(isNeeded ? "" : "; serve does not need it")}"
                    : $"{list.Value!.Rows.Count} listed, {attempt.Pages} request(s)",
                RemedyOf(list.Error),
                isWarning: !isNeeded
            );
            if (options.Api.OnBehalfOf is { } subuser && !_findings.Exists(static finding => finding.Check == "subuser"))
            {
                Add(
                    "subuser",
                    list.Error is null,
                    list.Error is null
                        ? $"{subuser} (check by these numbers that the answer is about this subuser)"
                        : $"{subuser}: {list.Error.Message}",
                    FailureAdvice.For(FailureCause.SubuserUnknown),
                    isWarning: !isNeeded
                );
            }

            var listed = list.Value?.Rows.Select(row => row.Id).ToHashSet(Ids.Comparer);
            var configured = CampaignPolicy.Of(kind).ConfiguredIds(options).ToList();
            foreach (var (id, name) in configured)
            {
                await VisibleAsync(kind, id, name, listed?.Contains(id));
            }

            // serve polls only what discovery finds, so doctor tries one of those.
            var wanted = ListDifference.FindWanted(kind, list.Value?.Rows ?? [], options, time.GetUtcNow());
            if (configured.Count == 0 && wanted is [var first, ..])
            {
                await VisibleAsync(kind, first.Id, name: null, isListed: true);
            }
        }

        /// <summary>
        /// Fetches and decodes all pages of one campaign. If it is not listed and has no statistics, its id may be wrong.
        /// </summary>
        /// <param name="isListed"><see langword="null"/> when the list could not be read.</param>
        private async Task VisibleAsync(CampaignKind kind, string id, string? name, bool? isListed)
        {
            using var attempt = NewAttempt();
            var outcome = await CampaignPoll.RunAsync(
                client,
                new CampaignQuery(kind, id, CampaignPolicy.Of(kind).HasStatistics(options)),
                attempt,
                time
            );
            var found = outcome.Found;
            _isAll404 &= outcome.Error is null or { Reason: FailureReason.NotFound };
            var isKnown = isListed == true || found is { Links.Count: > 0 } or { Statistics.Length: > 0 };
            Add(
                $"{kind.Noun()} {name ?? id}",
                found is not null && isKnown,
                outcome.Error?.Message
                    ?? (
                        isKnown ? $"{found!.Links.Count} link row(s), {outcome.Pages} request(s)"
                        : isListed is null ? $"{id} has no statistics, and no list says whether the account has it"
                        : $"{id} is not listed and has no statistics: a wrong id, or another account's"
                    ),
                outcome.Error is { } failure ? RemedyOf(failure) : FailureAdvice.For(FailureCause.NotFound),
                isWarning: outcome.Error is null && isListed is null
            );
        }

        private void Hear(ApiError? error) => _isAll404 &= error is { Reason: FailureReason.NotFound };

        private PollContext NewAttempt() => new(time, timeout, retryForbidden: true, cancellation) { IsProbe = true };

        private string RemedyOf(ApiError? error) => error is null ? "" : Remedy.For(error, options.Api.ApiKey);

        /// <param name="isWarning">Whether serve polls without a fault even if this is not good.</param>
        private void Add(string check, bool isGood, string detail, string remedy, bool isWarning = false) =>
            _findings.Add(new Finding(check, isGood, detail, remedy) { IsWarning = isWarning && !isGood });
    }
}
