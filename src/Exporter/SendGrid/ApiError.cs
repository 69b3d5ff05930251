using Exporter.Snapshots;

namespace Exporter.SendGrid;

/// <summary>Why the API gave no usable answer, as a value.</summary>
/// <param name="Reason">Decides about retries and health; the value of the label <c>reason</c>.</param>
/// <param name="Message">
/// The description for an operator, with the API's own sentence as <see cref="ErrorBody"/> cleans it. It never contains a key or a header
/// value.
/// </param>
/// <param name="NotBefore">The time before which the API asked not to be asked again, if it named one.</param>
internal sealed record ApiError(FailureReason Reason, string Message, DateTimeOffset? NotBefore = null)
{
    /// <summary>The cause behind it.</summary>
    public FailureCause Cause { get; init; } = FailureAdvice.UsualCause(Reason);

    /// <summary>A 400: the page walk may recover from it (<see cref="Recovery"/>).</summary>
    public bool IsBadRequest { get; init; }

    /// <summary>
    /// The key file holds another key by now: a refusal, or a wait that was named, says nothing about the key in force. Never with a 429,
    /// which is about the endpoint.
    /// </summary>
    public bool KeyHasChanged { get; init; }

    /// <summary>A 401 that is not the first one in a row, and not believed yet.</summary>
    public bool KeyIsInDoubt { get; init; }

    /// <summary>A 401 that is believed.</summary>
    public bool KeyIsRefused { get; init; }

    /// <summary>Whether no request was sent, because the answer to another one already says how it would end.</summary>
    public bool IsAssumed { get; init; }

    /// <summary>Whether the log reports it once for the account, and not for each campaign and list that it meets.</summary>
    public bool IsOfAccount => IsAssumed || KeyIsRefused || KeyIsInDoubt;

    /// <summary>The same as it is published.</summary>
    public Failure ToFailure() => new(Reason, Cause, Message);
}
