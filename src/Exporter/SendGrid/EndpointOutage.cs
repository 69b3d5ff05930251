using System.Collections.Immutable;

namespace Exporter.SendGrid;

/// <summary>
/// The circuit breaker of one endpoint of one account, as a value: whether its failures are so many that another try within the same
/// attempt is in vain. It stops no first request, because the failures of some campaigns say nothing about the others.
/// </summary>
/// <remarks>
/// Polly's breaker counts requests and does not know whom they were about, so one campaign that always fails could open it for all.
/// </remarks>
internal sealed record EndpointOutage
{
    public static readonly EndpointOutage None = new();

    /// <summary>The failures without a good answer between them that are an outage.</summary>
    public const int Failures = 10;

    /// <summary>
    /// An outage of the endpoint, and not of a few campaigns, has failures of at least so many others than the one that asks.
    /// </summary>
    public const int Paths = 3;

    /// <summary>What was answered longer ago says nothing about now.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(30);

    /// <summary>The newest failures; twice those of an outage show whether one path or several have them.</summary>
    private ImmutableList<(string Path, DateTimeOffset At)> Failed { get; init; } = [];

    private DateTimeOffset LastGood { get; init; } = DateTimeOffset.MinValue;

    /// <summary>Returns the record after a request got no usable answer (<see cref="Resilience.IsOutage"/>).</summary>
    /// <param name="path">What was asked for.</param>
    public EndpointOutage After(string path, DateTimeOffset failedAt) =>
        this with
        {
            Failed = (Failed.Count < 2 * Failures ? Failed : Failed.RemoveAt(0)).Add((path, failedAt)),
        };

    /// <summary>
    /// Returns the record after any other answer. It shows that other requests may also succeed, so it ends an outage, and none begins for
    /// a while. After an outage one begins as soon as it did: those that fail must not keep the places of the few that do not.
    /// </summary>
    public EndpointOutage AfterGood(DateTimeOffset answeredAt) =>
        IsOut(Recent(answeredAt), path: null) && !IsAfterGood(answeredAt) ? None : None with { LastGood = answeredAt };

    /// <summary>Whether a failing request is not tried again: the whole endpoint fails, or this path has failed as often alone.</summary>
    public bool EndsRetriesOf(string path, DateTimeOffset now) =>
        !IsAfterGood(now)
        && Recent(now) is var recent
        && (IsOut(recent, path) || recent.Count(failure => failure.Path == path) >= Failures);

    private static bool IsOut(ImmutableList<(string Path, DateTimeOffset At)> recent, string? path) =>
        recent.Count >= Failures
        && recent.Select(static failure => failure.Path).Where(failed => failed != path).Distinct(StringComparer.Ordinal).Count() >= Paths;

    private ImmutableList<(string Path, DateTimeOffset At)> Recent(DateTimeOffset now) =>
        Failed.FindAll(failure => failure.At > now - Window);

    private bool IsAfterGood(DateTimeOffset now) => LastGood > now - Window;
}
