using System.Collections.Concurrent;
using System.Globalization;

namespace Simulator;

/// <summary>
/// A simulated SendGrid over real HTTP on 127.0.0.1: believable campaigns on a clock of their own, the API's statistics endpoints with
/// keys, paging and rate limits, and every known fault of the API, each to be switched on and off.
/// </summary>
public sealed class SimulatedSendGrid : IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly RateLimits _limits;
    private readonly ConcurrentDictionary<string, int> _walks = new(StringComparer.Ordinal);
    private HttpListener? _main;
    private HttpListener? _other;

    private SimulatedSendGrid(SimulatorOptions options)
    {
        _options = options;
        _limits = new(options.RateLimit, options.RateWindow, options.Time);
        Clock = new(options.Time, options.Speed);
        Behaviours = new(options.Time);
        World = World.Create(options.World with { BreakLinkAfter = options.World.BreakLinkAfter * options.Speed }, Clock.Now);
    }

    /// <summary>The address on which it listens: http://127.0.0.1:port.</summary>
    public Uri BaseUrl => _main!.Url;

    /// <summary>
    /// The address of a second listener that stands for another origin. It answers every request with 200 and records it in
    /// <see cref="Requests"/>.
    /// </summary>
    public Uri OtherOrigin => _other!.Url;

    /// <summary>The true state of the accounts.</summary>
    public World World { get; }

    /// <summary>The world's time.</summary>
    public SimulatedClock Clock { get; }

    /// <summary>Switches faults on and off.</summary>
    public BehaviourSwitchboard Behaviours { get; }

    /// <summary>Every request that both listeners received.</summary>
    public RequestLog Requests { get; } = new();

    /// <summary>Starts both listeners.</summary>
    public static async Task<SimulatedSendGrid> StartAsync(SimulatorOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var simulated = new SimulatedSendGrid(options);
        try
        {
            simulated._other = await HttpListener.StartAsync(0, options.Listeners, simulated.AnswerAsOtherAsync, ct);
            simulated._main = await HttpListener.StartAsync(options.Port, options.Listeners, simulated.AnswerAsync, ct);
            return simulated;
        }
        catch
        {
            await simulated.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops both listeners at once; answers that are in flight are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await (_main?.DisposeAsync() ?? default);
        await (_other?.DisposeAsync() ?? default);
    }

    private async Task AnswerAsync(HttpContext http, CancellationToken ct)
    {
        var decisions = new Dictionary<ActiveBehaviour, bool>();
        var exchange = Receive(http, decisions);
        var number = Requests.Add(
            Entry(http, Listener.Main, exchange.Caller) with
            {
                Endpoint = exchange.Endpoint?.Word,
                Id = exchange.Id,
            }
        );

        exchange.Act(Stage.Arrival);
        if (exchange.Delay > TimeSpan.Zero)
        {
            await Task.Delay(exchange.Delay, _options.Time, ct);
        }

        exchange.Reply ??= Answer(exchange);
        exchange.Act(Stage.Wire);

        var reply = exchange.Reply;
        var acted = decisions.Where(decision => decision.Value).Select(decision => decision.Key.Behaviour.Name).ToArray();
        Requests.Answered(number, reply.Status == Reply.Nothing ? null : reply.Status, acted);
        if (reply.Status != Reply.Nothing)
        {
            _options.Log?.Invoke(
                $"{http.Request.Method} {exchange.Path}{exchange.Query} {exchange.Account?.Name ?? "?"} {reply.Status}"
                    + string.Concat(acted.Select(static name => $" {name}"))
            );
        }

        http.Response.Headers.Date = _options.Time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        await reply.Sending(http, reply, ct);
    }

    private Task AnswerAsOtherAsync(HttpContext http, CancellationToken ct)
    {
        var number = Requests.Add(Entry(http, Listener.Other, Caller.Of(http.Request, World.Accounts)));
        Requests.Answered(number, 200, []);
        var reply = Reply.Text(200, "text/plain", "another origin");
        return reply.Sending(http, reply, ct);
    }

    private Exchange Receive(HttpContext http, Dictionary<ActiveBehaviour, bool> decisions)
    {
        var (endpoint, id) = Api.Find(http.Request.Path.Value ?? "/");
        var caller = Caller.Of(http.Request, World.Accounts);
        Exchange? exchange = null;
        return exchange = new()
        {
            Http = http,
            Endpoint = endpoint,
            Id = id,
            Caller = caller,
            World = World,
            Account = caller.Account,
            Time = _options.Time,
            OtherOrigin = OtherOrigin,
            Now = Clock.Now,
            Token = new Parameters(http.Request.QueryString.Value ?? "").Text("page_token") is { } token ? PageToken.Decode(token) : null,
            NextWalk = path => _walks.AddOrUpdate($"{caller.Account?.Name} {path}", 1, (_, walk) => walk + 1),
            Act = stage => Behaviours.Act(stage, exchange!, decisions),
        };
    }

    private Reply Answer(Exchange exchange)
    {
        if (exchange.Endpoint is not { } endpoint)
        {
            return Replies.NotFound();
        }

        if (!HttpMethods.IsGet(exchange.Http.Request.Method))
        {
            return Reply.Error(405, "method not allowed");
        }

        if (exchange.Caller.Refusal(endpoint) is { } refusal)
        {
            return refusal;
        }

        var rate = _limits.Take(exchange.Account!.Name, endpoint.Word);
        var reply = rate.IsExceeded ? Replies.TooManyRequests() : endpoint.Answer(exchange);
        rate.WriteTo(reply);
        return reply;
    }

    private LoggedRequest Entry(HttpContext http, Listener listener, Caller caller) =>
        new()
        {
            Time = _options.Time.GetUtcNow(),
            Timestamp = _options.Time.GetTimestamp(),
            WorldTime = Clock.Now,
            Listener = listener,
            Method = http.Request.Method,
            Path = http.Request.Path.Value ?? "/",
            Query = http.Request.QueryString.Value ?? "",
            Account = caller.Account?.Name,
            HasAuthorization = caller.Authorization is not null,
            Key = caller.Key,
            OnBehalfOf = caller.OnBehalfOf,
        };
}
