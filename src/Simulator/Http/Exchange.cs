using System.Text.Json.Nodes;

namespace Simulator;

/// <summary>One request on its way through the simulator, with everything that a behaviour may read or change.</summary>
internal sealed class Exchange
{
    public required HttpContext Http { get; init; }

    public required ApiEndpoint? Endpoint { get; init; }

    /// <summary>The id in the path.</summary>
    public required string? Id { get; init; }

    public required Caller Caller { get; init; }

    /// <summary>The world from which the answer is taken; a behaviour may replace it.</summary>
    public required World World { get; set; }

    /// <summary>The account whose data is answered.</summary>
    public required SimulatedAccount? Account { get; set; }

    public required TimeProvider Time { get; init; }

    public required Uri OtherOrigin { get; init; }

    /// <summary>The world's time when the request arrived.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Counts the walks over a list.</summary>
    public required Func<string, int> NextWalk { get; init; }

    /// <summary>Runs the behaviours of a stage.</summary>
    public required Action<Stage> Act { get; init; }

    public RateState? Rate { get; set; }

    /// <summary>The wait before the answer is sent.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>For a list: the requested page.</summary>
    public Page? Page { get; set; }

    /// <summary>For a list: all its rows.</summary>
    public List<JsonObject> Rows { get; set; } = [];

    /// <summary>For a list: the page as JSON.</summary>
    public JsonObject Document { get; set; } = [];

    /// <summary>The answer; once it is set, it is sent.</summary>
    public Reply? Reply { get; set; }

    public string Path => Http.Request.Path.Value ?? "/";

    public string Query => Http.Request.QueryString.Value ?? "";

    /// <summary>Scheme and host as the client used them, even through a proxy.</summary>
    public string Origin =>
        (Http.Request.Headers.TryGetValue("X-Forwarded-Proto", out var scheme) ? scheme.ToString() : Http.Request.Scheme)
        + $"://{Http.Request.Host.Value}";

    /// <summary>The request's page token, or <see langword="null"/> when there is none or it cannot be parsed.</summary>
    public required PageToken? Token { get; init; }
}
