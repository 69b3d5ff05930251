using System.Collections.Concurrent;
using System.Globalization;
using Exporter.SendGrid.Wire;
using Exporter.Telemetry;
using Polly;

namespace Exporter.SendGrid;

/// <summary>The statistics API of one account: one method per endpoint, each a whole walk over all pages.</summary>
internal sealed class SendGridClient : IDisposable
{
    private readonly AccountOptions _account;
    private readonly Transport _transport;
    private readonly ConcurrentDictionary<Endpoint, ResiliencePipeline<Exchange>> _pipelines;
    private readonly SteadyTime _time;
    private readonly PageSize _pageSize;

#pragma warning disable CA2000 // The client gives the gate back.
    public SendGridClient(HttpClient http, AccountOptions account, Instruments.AccountInstruments instruments, TimeProvider time)
        : this(http, account, instruments, new SteadyTime(time)) { }

    private SendGridClient(HttpClient http, AccountOptions account, Instruments.AccountInstruments instruments, SteadyTime time)
        : this(
            new Transport(http, account, new RateGate(account.Rate, time), new KeyWatch(time), instruments, time),
            account,
            [],
            new PageSize(account.PageSize),
            time
        ) { }
#pragma warning restore CA2000

    private SendGridClient(
        Transport transport,
        AccountOptions account,
        ConcurrentDictionary<Endpoint, ResiliencePipeline<Exchange>> pipelines,
        PageSize pageSize,
        SteadyTime time
    ) => (_transport, _account, _pipelines, _pageSize, _time) = (transport, account, pipelines, pageSize, time);

    public RateGate Gate => _transport.Gate;

    /// <summary>The clock of deadlines and of times that the API names; nobody can set it.</summary>
    public TimeProvider Time => _time;

    /// <summary>What the answers so far say of the key that is in use now. Reads the key's file.</summary>
    public KeyStanding Key => _transport.Key;

    /// <summary>
    /// The client for an account whose options have changed, behind the same gate. What was learned of the API's page size stays, unless
    /// another API is asked. Walks in flight end with the options they began with.
    /// </summary>
    public SendGridClient Reconfigured(AccountOptions account)
    {
        if (account == _account)
        {
            return this;
        }

        Gate.Reconfigure(account.Rate);
        var pageSize = account.BaseUrl == _account.BaseUrl ? _pageSize.Configured(account.PageSize) : new PageSize(account.PageSize);
        return new SendGridClient(_transport.For(account), account, _pipelines, pageSize, _time);
    }

    /// <summary><c>GET /v3/marketing/stats/automations</c>: a row for each automation of the account.</summary>
    public Task<ApiResult<Walk<CampaignListRow>>> ListAutomationsAsync(Attempt attempt) =>
        WalkAsync<ResultsPage<CampaignListRow>, CampaignListRow>(
            new(Endpoint.AutomationList, size => Url("stats/automations", $"page_size={size}"), WireJson.Default.AutomationList),
            attempt
        );

    /// <summary><c>GET /v3/marketing/stats/automations/{id}/links?group_by=step_id</c>: the clicks of each link of each step.</summary>
    public Task<ApiResult<Walk<AutomationLinkRow>>> ListAutomationLinksAsync(string id, Attempt attempt) =>
        WalkAsync<ResultsPage<AutomationLinkRow>, AutomationLinkRow>(
            new(
                Endpoint.AutomationLinks,
                size => Url($"stats/automations/{Id(id)}/links", $"group_by=step_id&page_size={size}"),
                WireJson.Default.AutomationLinks,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary><c>GET /v3/marketing/stats/automations/{id}?group_by=step_id</c>: the twelve totals of each step.</summary>
    public Task<ApiResult<Walk<StatsRow>>> ListStepStatisticsAsync(string id, Attempt attempt) =>
        WalkAsync<ResultsPage<StatsRow>, StatsRow>(
            new(
                Endpoint.AutomationStats,
                size => Url($"stats/automations/{Id(id)}", $"group_by=step_id&aggregated_by=total&page_size={size}"),
                WireJson.Default.AutomationStatistics,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary>The same day by day (<c>aggregated_by=day</c>, days of UTC), from a first day to a last one.</summary>
    public Task<ApiResult<Walk<StatsRow>>> ListStepDaysAsync(string id, DateOnly first, DateOnly last, Attempt attempt) =>
        WalkAsync<ResultsPage<StatsRow>, StatsRow>(
            new(
                Endpoint.AutomationStats,
                size =>
                    Url(
                        $"stats/automations/{Id(id)}",
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"group_by=step_id&aggregated_by=day&timezone=UTC&start_date={first:yyyy-MM-dd}&end_date={last:yyyy-MM-dd}"
                                + $"&page_size={size}"
                        )
                    ),
                WireJson.Default.AutomationStatistics,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary><c>GET /v3/marketing/singlesends</c>: every Single Send with its name, status and time.</summary>
    public Task<ApiResult<Walk<CampaignListRow>>> ListSingleSendsAsync(Attempt attempt) =>
        WalkAsync<ResultPage<CampaignListRow>, CampaignListRow>(
            new(Endpoint.SingleSendList, size => Url("singlesends", $"page_size={size}"), WireJson.Default.SingleSendList),
            attempt
        );

    /// <summary>
    /// <c>GET /v3/marketing/stats/singlesends/{id}/links?group_by=ab_variation,ab_phase</c>: the clicks of each link of each variation and
    /// phase.
    /// </summary>
    public Task<ApiResult<Walk<SingleSendLinkRow>>> ListSingleSendLinksAsync(string id, Attempt attempt) =>
        WalkAsync<ResultsPage<SingleSendLinkRow>, SingleSendLinkRow>(
            new(
                Endpoint.SingleSendLinks,
                size => Url($"stats/singlesends/{Id(id)}/links", $"group_by=ab_variation,ab_phase&page_size={size}"),
                WireJson.Default.SingleSendLinks,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary>
    /// <c>GET /v3/marketing/stats/singlesends/{id}?group_by=ab_variation,ab_phase</c>: the twelve totals of each variation and phase.
    /// </summary>
    public Task<ApiResult<Walk<SingleSendStatsRow>>> ListSingleSendStatisticsAsync(string id, Attempt attempt) =>
        WalkAsync<ResultsPage<SingleSendStatsRow>, SingleSendStatsRow>(
            new(
                Endpoint.SingleSendStats,
                size => Url($"stats/singlesends/{Id(id)}", $"group_by=ab_variation,ab_phase&aggregated_by=total&page_size={size}"),
                WireJson.Default.SingleSendStatistics,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary>One page of <c>GET /v3/marketing/automations</c>, which SendGrid does not document, as it came.</summary>
    public Task<Exchange> GetAutomationNamesAsync(int offset, Attempt attempt) =>
        GetAsync(Endpoint.AutomationNames, Url("automations", $"offset={offset}&limit={AutomationNames.PageSize}"), attempt);

    /// <summary><c>GET /v3/scopes</c>: what the key may do.</summary>
    public Task<Exchange> GetScopesAsync(Attempt attempt) => GetAsync(Endpoint.Scopes, new Uri(_account.BaseUrl, "/v3/scopes"), attempt);

    public void Dispose() => Gate.Dispose();

    private Uri Url(string path, string query) => new(_account.BaseUrl, $"/v3/marketing/{path}?{query}");

    private static string Id(string id) => Uri.EscapeDataString(id);

    private async Task<Exchange> GetAsync(Endpoint endpoint, Uri uri, Attempt attempt)
    {
        try
        {
            return await AskAsync(endpoint, uri, attempt);
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            return attempt.Ended();
        }
    }

    private async Task<ApiResult<Walk<TRow>>> WalkAsync<TPage, TRow>(WalkPlan<TPage> plan, Attempt attempt)
        where TPage : class, IPage<TRow>
        where TRow : class, IRow
    {
        try
        {
            return await new PageWalk<TPage, TRow>(uri => AskAsync(plan.Endpoint, uri, attempt), _account.BaseUrl, attempt).RunAsync(
                plan,
                _pageSize
            );
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            return attempt.Ended();
        }
    }

    private async Task<Exchange> AskAsync(Endpoint endpoint, Uri uri, Attempt attempt)
    {
        var context = ResilienceContextPool.Shared.Get(attempt.Token);
        context.Properties.Set(Resilience.Attempt, attempt);
        try
        {
            return await _pipelines
                .GetOrAdd(endpoint, static (_, time) => Resilience.Pipeline(time), _time)
                .ExecuteAsync(
                    static async (context, ask) =>
                    {
                        var exchange = await ask.Transport.SendAsync(ask.Endpoint, ask.Uri, ask.Attempt);
                        if (exchange.Error is { } error)
                        {
                            ask.Attempt.Said(error);
                        }

                        return exchange;
                    },
                    context,
                    (Transport: _transport, Endpoint: endpoint, Uri: uri, Attempt: attempt)
                );
        }
        catch (Polly.CircuitBreaker.BrokenCircuitException)
        {
            return new ApiError(ApiErrorKind.Unavailable, "this endpoint has just failed repeatedly; it is left alone for some seconds");
        }
        finally
        {
            attempt.Retrying = null;
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
