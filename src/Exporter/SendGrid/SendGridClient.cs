using System.Collections.Concurrent;
using System.Globalization;
using Exporter.SendGrid.Keys;
using Exporter.SendGrid.RateLimits;
using Exporter.SendGrid.Wire;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Polly;

namespace Exporter.SendGrid;

/// <summary>The statistics API of one account. Each method is one endpoint and walks all its pages.</summary>
internal sealed class SendGridClient
{
    private readonly Transport _transport;
    private readonly ConcurrentDictionary<ApiEndpoint, EndpointPipeline> _pipelines;
    private readonly PageSize _pageSize;

    public SendGridClient(
        HttpClient http,
        ApiOptions account,
        Instruments.AccountInstruments instruments,
        TimeProvider time,
        KeyRing? keys = null
    )
        : this(http, account, instruments, new RateGate(account.Rate, new SteadyTime(time)), keys) { }

    /// <param name="gate">Is opened as wide as the options of the account say.</param>
    /// <param name="keys">The keys of all accounts, to which those of this one are added; by default only those.</param>
    public SendGridClient(
        HttpClient http,
        ApiOptions account,
        Instruments.AccountInstruments instruments,
        RateGate gate,
        KeyRing? keys = null
    )
        : this(
            new Transport(http, account, gate, new KeyWatch(gate.Time), keys ?? new KeyRing(), instruments, gate.Time),
            account,
            [],
            new PageSize(account.PageSize)
        ) => gate.Reconfigure(account.Rate);

    private SendGridClient(
        Transport transport,
        ApiOptions account,
        ConcurrentDictionary<ApiEndpoint, EndpointPipeline> pipelines,
        PageSize pageSize
    ) => (_transport, Account, _pipelines, _pageSize) = (transport, account, pipelines, pageSize);

    /// <summary>The options in force. Their key is the one that requests read again.</summary>
    public ApiOptions Account { get; }

    public RateGate Gate => _transport.Gate;

    /// <summary>The clock of deadlines and of times that the API names. It does not jump when the machine's clock is set.</summary>
    public SteadyTime Time => Gate.Time;

    /// <summary>The standing of the key as last read, by the answers so far.</summary>
    public KeyStanding Key => _transport.Key;

    /// <summary>Reads the key's file again, so that another key in it has its own standing.</summary>
    public void RefreshKey() => _transport.RefreshKey();

    /// <summary>
    /// Returns the client for an account whose options have changed. Behind the same gate it keeps what is known about the API's page size
    /// and failures. A walk in flight keeps the options with which it began, until its caller cancels it.
    /// </summary>
    /// <param name="gate">
    /// The gate from now on. Another one belongs to another account of the API: nothing else counts that the former one was told.
    /// </param>
    public SendGridClient WithOptions(ApiOptions account, RateGate gate)
    {
        gate.Reconfigure(account.Rate);
        if (gate != Gate)
        {
            return new SendGridClient(_transport.ForAnotherAccount(account, gate), account, [], new PageSize(account.PageSize));
        }

        if (account == Account)
        {
            // The reload has waited longer for a slow file than a request does.
            Account.ApiKey.TakeFrom(account.ApiKey);
            return this;
        }

        var pageSize = _pageSize.Configured(account.PageSize);
        return new SendGridClient(_transport.WithOptions(account), account, _pipelines, pageSize);
    }

    /// <summary>
    /// Returns the time before which the API asked not to be asked for a list again, on <see cref="Time"/>; the distant past when it named
    /// none.
    /// </summary>
    public DateTimeOffset NotBefore(CampaignKind list) =>
        _transport.NotBefore(Url(list == CampaignKind.Automation ? "stats/automations" : "singlesends", "").AbsolutePath);

    /// <summary>The same for the undocumented list of names.</summary>
    public DateTimeOffset NamesNotBefore => _transport.NotBefore(Url("automations", "").AbsolutePath);

    /// <summary>The same for what a query asks for: links and statistics, or links alone.</summary>
    public DateTimeOffset NotBefore(CampaignKind kind, string id, bool withStatistics)
    {
        var path = Url($"stats/{(kind == CampaignKind.Automation ? "automations" : "singlesends")}/{Id(id)}", "").AbsolutePath;
        var links = _transport.NotBefore(path + "/links");
        var statistics = withStatistics ? _transport.NotBefore(path) : links;
        return links > statistics ? links : statistics;
    }

    /// <inheritdoc cref="ApiOptions.IsAskedAs"/>
    public bool AsksAs(SendGridClient other) => Account.IsAskedAs(other.Account);

    /// <summary><c>GET /v3/marketing/stats/automations</c>: a row for each automation of the account.</summary>
    public Task<ApiResult<WalkResult<CampaignListRow>>> ListAutomationsAsync(PollContext attempt) =>
        WalkAsync<StatisticsPage<CampaignListRow>, CampaignListRow>(
            new(ApiEndpoint.AutomationList, size => Url("stats/automations", $"page_size={size}"), WireJson.Default.AutomationList),
            attempt
        );

    /// <summary><c>GET /v3/marketing/stats/automations/{id}/links?group_by=step_id</c>: the clicks of each link of each step.</summary>
    public Task<ApiResult<WalkResult<AutomationLinkRow>>> ListAutomationLinksAsync(string id, PollContext attempt) =>
        WalkAsync<StatisticsPage<AutomationLinkRow>, AutomationLinkRow>(
            new(
                ApiEndpoint.AutomationLinks,
                size => Url($"stats/automations/{Id(id)}/links", $"group_by=step_id&page_size={size}"),
                WireJson.Default.AutomationLinks,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary><c>GET /v3/marketing/stats/automations/{id}?group_by=step_id</c>: the twelve totals of each step.</summary>
    public Task<ApiResult<WalkResult<StatsRow>>> ListStepStatisticsAsync(string id, PollContext attempt) =>
        WalkAsync<StatisticsPage<StatsRow>, StatsRow>(
            new(
                ApiEndpoint.AutomationStats,
                size => Url($"stats/automations/{Id(id)}", $"group_by=step_id&aggregated_by=total&page_size={size}"),
                WireJson.Default.AutomationStatistics,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary>The statistics per step day by day (<c>aggregated_by=day</c>, days of UTC), from a first day to a last one.</summary>
    public Task<ApiResult<WalkResult<StatsRow>>> ListStepDaysAsync(string id, DateOnly first, DateOnly last, PollContext attempt) =>
        WalkAsync<StatisticsPage<StatsRow>, StatsRow>(
            new(
                ApiEndpoint.AutomationStats,
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
    public Task<ApiResult<WalkResult<CampaignListRow>>> ListSingleSendsAsync(PollContext attempt) =>
        WalkAsync<SingleSendListPage<CampaignListRow>, CampaignListRow>(
            new(ApiEndpoint.SingleSendList, size => Url("singlesends", $"page_size={size}"), WireJson.Default.SingleSendList),
            attempt
        );

    /// <summary>
    /// <c>GET /v3/marketing/stats/singlesends/{id}/links?group_by=ab_variation,ab_phase</c>: the clicks of each link of each variation and
    /// phase.
    /// </summary>
    public Task<ApiResult<WalkResult<SingleSendLinkRow>>> ListSingleSendLinksAsync(string id, PollContext attempt) =>
        WalkAsync<StatisticsPage<SingleSendLinkRow>, SingleSendLinkRow>(
            new(
                ApiEndpoint.SingleSendLinks,
                size => Url($"stats/singlesends/{Id(id)}/links", $"group_by=ab_variation,ab_phase&page_size={size}"),
                WireJson.Default.SingleSendLinks,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary>
    /// <c>GET /v3/marketing/stats/singlesends/{id}?group_by=ab_variation,ab_phase</c>: the twelve totals of each variation and phase.
    /// </summary>
    public Task<ApiResult<WalkResult<SingleSendStatsRow>>> ListSingleSendStatisticsAsync(string id, PollContext attempt) =>
        WalkAsync<StatisticsPage<SingleSendStatsRow>, SingleSendStatsRow>(
            new(
                ApiEndpoint.SingleSendStats,
                size => Url($"stats/singlesends/{Id(id)}", $"group_by=ab_variation,ab_phase&aggregated_by=total&page_size={size}"),
                WireJson.Default.SingleSendStatistics,
                IsGrouped: true
            ),
            attempt
        );

    /// <summary>Returns one unparsed page of <c>GET /v3/marketing/automations</c>, which SendGrid does not document.</summary>
    public Task<ApiResponse> GetAutomationNamesAsync(int offset, PollContext attempt) =>
        GetAsync(ApiEndpoint.AutomationNames, Url("automations", $"offset={offset}&limit={UndocumentedNames.PageSize}"), attempt);

    /// <summary><c>GET /v3/scopes</c>: the rights of the key.</summary>
    public Task<ApiResponse> GetScopesAsync(PollContext attempt) =>
        GetAsync(ApiEndpoint.Scopes, new Uri(Account.BaseUrl, "/v3/scopes"), attempt);

    private Uri Url(string path, string query) => new(Account.BaseUrl, $"/v3/marketing/{path}?{query}");

    private static string Id(string id) => Uri.EscapeDataString(id);

    private async Task<ApiResponse> GetAsync(ApiEndpoint endpoint, Uri uri, PollContext attempt)
    {
        try
        {
            return await AskAsync(endpoint, uri, attempt);
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            return attempt.CancellationError();
        }
    }

    private async Task<ApiResult<WalkResult<TRow>>> WalkAsync<TPage, TRow>(WalkRequest<TPage> plan, PollContext attempt)
        where TPage : class, IPage<TRow>
        where TRow : class, IRow
    {
        try
        {
            return await new PageWalk<TPage, TRow>(uri => AskAsync(plan.Endpoint, uri, attempt), Account.BaseUrl, attempt).RunAsync(
                plan,
                _pageSize
            );
        }
        catch (OperationCanceledException) when (attempt.Token.IsCancellationRequested)
        {
            return attempt.CancellationError();
        }
    }

    private async Task<ApiResponse> AskAsync(ApiEndpoint endpoint, Uri uri, PollContext attempt)
    {
        var context = ResilienceContextPool.Shared.Get(attempt.Token);
        context.Properties.Set(Resilience.Attempt, attempt);
        context.Properties.Set(Resilience.Path, uri.AbsolutePath);
        try
        {
            return await _pipelines
                .GetOrAdd(endpoint, static (_, time) => new EndpointPipeline(time), Time)
                .ExecuteAsync(
                    static async (context, ask) =>
                    {
                        var retryReason = context.Properties.GetValue(Resilience.RetryReason, defaultValue: null);
                        var response = await ask.Transport.SendAsync(ask.Endpoint, ask.Uri, ask.Attempt, retryReason);
                        if (response.Error is { } error)
                        {
                            ask.Attempt.RecordError(error);
                        }

                        return response;
                    },
                    context,
                    (Transport: _transport, Endpoint: endpoint, Uri: uri, Attempt: attempt)
                );
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }
}
