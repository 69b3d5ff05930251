namespace Simulator;

/// <summary>A request as it arrived, and what was answered.</summary>
public sealed record LoggedRequest
{
    /// <summary>When it arrived, in real time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The same moment as a timestamp of the simulator's <see cref="TimeProvider"/>.</summary>
    public required long Timestamp { get; init; }

    /// <summary>The world's time then; a walk shows the moment of its first request.</summary>
    public DateTimeOffset WorldTime { get; init; }

    /// <summary>Which listener was asked.</summary>
    public required Listener Listener { get; init; }

    /// <summary>GET, as a rule.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The raw query with its question mark, or empty.</summary>
    public required string Query { get; init; }

    /// <summary>The endpoint's word (<c>automation_links</c>, …), or <see langword="null"/> when there is none at that path.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The id in the path, if the endpoint has one.</summary>
    public string? Id { get; init; }

    /// <summary>The name of the account that the key and <c>on-behalf-of</c> stand for, or <see langword="null"/> when nobody's.</summary>
    public string? Account { get; init; }

    /// <summary>Whether an Authorization header came along.</summary>
    public bool HasAuthorization { get; init; }

    /// <summary>The bearer key as sent. The simulator's keys are fake.</summary>
    public string? Key { get; init; }

    /// <summary>The <c>on-behalf-of</c> header.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The status answered, or <see langword="null"/> while nothing was answered yet.</summary>
    public int? Status { get; init; }

    /// <summary>The behaviours that acted on it.</summary>
    public IReadOnlyList<string> Behaviours { get; init; } = [];
}
