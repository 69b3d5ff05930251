using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>When the API refuses an account, one poll per interval asks whether it still does; the others take the answer from that.</summary>
internal static class Refusal
{
    /// <summary>What is known to stand in the way of the whole account.</summary>
    /// <param name="keyAccepted">What the API last said of the key; <see langword="null"/> when it has not.</param>
    /// <param name="lastErrors">How the last attempt of each automation failed; untried ones do not count as refused.</param>
    /// <remarks>A 401 speaks for the key. A 403 may speak for one automation, so it counts only when every one of several has it.</remarks>
    public static ApiErrorKind? Of(bool? keyAccepted, IReadOnlyCollection<ApiErrorKind?> lastErrors) =>
        keyAccepted == false ? ApiErrorKind.Unauthorized
        : lastErrors.Count > 1 && lastErrors.All(error => error == ApiErrorKind.Forbidden) ? ApiErrorKind.Forbidden
        : null;

    /// <summary>Whether the API accepts the key, by the last answer that could tell: 403 and 5xx cannot.</summary>
    public static bool? KeyAccepted(ApiError? error, bool? before) => error?.Kind switch
    {
        null or ApiErrorKind.NotFound => true,
        ApiErrorKind.Unauthorized => false,
        _ => before,
    };

    /// <summary>Whether the next poll is the one that asks.</summary>
    public static bool MayProbe(DateTimeOffset? lastProbe, TimeSpan interval, DateTimeOffset now) =>
        lastProbe is not { } last || now - last >= interval;

    /// <summary>The answer without asking.</summary>
    public static ApiError Known(ApiErrorKind refusal) => refusal == ApiErrorKind.Unauthorized
        ? new(refusal, "the API does not accept the key; it is asked again once per interval")
        : new(refusal, "the API forbids every automation of the account; it is asked again once per interval");
}
