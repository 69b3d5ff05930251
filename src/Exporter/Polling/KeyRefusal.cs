using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>
/// When everything of an account is known to be refused, one poll asks whether it still is; the others take the answer from that.
/// </summary>
internal static class KeyRefusal
{
    /// <summary>The answer without asking when the API forbids every campaign.</summary>
    public static readonly ApiError EverythingForbidden = new(
        ApiErrorKind.Forbidden,
        "not asked, as the API forbids every campaign of the account; one is asked once per interval"
    );

    /// <summary>The answer without asking when the key is refused.</summary>
    /// <param name="refusal">What the API said last.</param>
    public static ApiError NotAsked(ApiError refusal) =>
        refusal with
        {
            Message = $"not asked, as the account is refused: {refusal.Message}",
            NotBefore = null,
        };

    /// <summary>A 403 may speak for one campaign, so it speaks for the account only when every one of several has it.</summary>
    /// <param name="lastErrors">How the last attempt of each campaign failed; untried ones do not count as refused.</param>
    public static bool IsForbidden(IReadOnlyCollection<ApiErrorKind?> lastErrors) =>
        lastErrors.Count > 1 && lastErrors.All(error => error == ApiErrorKind.Forbidden);

    /// <summary>Whether the next poll is the one that asks.</summary>
    public static bool MayAsk(DateTimeOffset? lastAsked, TimeSpan interval, DateTimeOffset now) =>
        lastAsked is not { } last || now - last >= interval;
}
