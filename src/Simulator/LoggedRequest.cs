namespace Simulator;

/// <summary>A request as it arrived, and its answer.</summary>
public sealed record LoggedRequest
{
    /// <summary>The time of its arrival, in real time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The same moment as a timestamp of the simulator's <see cref="TimeProvider"/>.</summary>
    public required long Timestamp { get; init; }

    /// <summary>The world's time at its arrival; a walk shows the moment of its first request.</summary>
    public DateTimeOffset WorldTime { get; init; }

    /// <summary>The listener that received it.</summary>
    public required Listener Listener { get; init; }

    /// <summary>The method, usually GET.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The raw query with its question mark, or empty.</summary>
    public required string Query { get; init; }

    /// <summary>The endpoint's name (<c>automation_links</c>, …), or <see langword="null"/> when there is none at that path.</summary>
    public string? Endpoint { get; init; }

    /// <summary>The id in the path, if the endpoint has one.</summary>
    public string? Id { get; init; }

    /// <summary>
    /// The name of the account that the key and <c>on-behalf-of</c> stand for, or <see langword="null"/> without such an account.
    /// </summary>
    public string? Account { get; init; }

    /// <summary>Whether it had an Authorization header.</summary>
    public bool HasAuthorization { get; init; }

    /// <summary>The bearer key as sent. The simulator's keys are fake.</summary>
    public string? Key { get; init; }

    /// <summary>The <c>on-behalf-of</c> header.</summary>
    public string? OnBehalfOf { get; init; }

    /// <summary>The status of the answer, or <see langword="null"/> before the answer.</summary>
    public int? Status { get; init; }

    /// <summary>The behaviours that acted on the request.</summary>
    public IReadOnlyList<string> Behaviours { get; init; } = [];
}
