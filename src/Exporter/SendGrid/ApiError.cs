using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Why the API gave no usable answer, as a value.</summary>
/// <param name="Kind">What sort of trouble it is; decides retries, health and the label <c>reason</c>.</param>
/// <param name="Message">
/// What happened, for an operator, with the API's own sentence as <see cref="ErrorBody"/> cleans it. It never holds a key or a header
/// value.
/// </param>
/// <param name="NotBefore">When the API itself named a time, asking before it is pointless.</param>
internal sealed record ApiError(ApiErrorKind Kind, string Message, DateTimeOffset? NotBefore = null)
{
    /// <summary>What is behind it.</summary>
    public FailureCause Cause { get; init; } = FailureAdvice.UsualCause(ErrorWords.ReasonOf(Kind));

    /// <summary>Of a 401: the key file holds another key by now, so the refusal says nothing of the one in force.</summary>
    public bool KeyHasChanged { get; init; }

    /// <summary>Of a 401: it is not the first one in a row, and not believed yet.</summary>
    public bool KeyIsInDoubt { get; init; }

    /// <summary>Of a 401: it is believed.</summary>
    public bool KeyIsRefused { get; init; }
}
