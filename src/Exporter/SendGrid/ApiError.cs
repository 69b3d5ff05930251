using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>The reason why the API gave no usable answer, as a value.</summary>
/// <param name="Kind">The kind of failure; it decides retries, health and the label <c>reason</c>.</param>
/// <param name="Message">
/// The description for an operator, with the API's own sentence as <see cref="ErrorBody"/> cleans it. It never contains a key or a header
/// value.
/// </param>
/// <param name="NotBefore">The time that the API itself named; a request before it is pointless.</param>
internal sealed record ApiError(ApiErrorKind Kind, string Message, DateTimeOffset? NotBefore = null)
{
    /// <summary>The cause of the failure.</summary>
    public FailureCause Cause { get; init; } = FailureAdvice.UsualCause(ErrorWords.ReasonOf(Kind));

    /// <summary>Whether the key file held another key when a 401 arrived. The refusal then does not concern the key in force.</summary>
    public bool KeyHasChanged { get; init; }

    /// <summary>Whether a 401 follows another one, but is not yet believed.</summary>
    public bool KeyIsInDoubt { get; init; }

    /// <summary>Whether a 401 is believed.</summary>
    public bool KeyIsRefused { get; init; }
}
