using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// When everything of an account is known to be refused, one poll asks whether it still is; the others take the answer from that.
/// </summary>
internal static class AccountRefusal
{
    /// <summary>The answer without asking when the API forbids every campaign.</summary>
    public static readonly ApiError EverythingForbidden = new(
        FailureReason.Forbidden,
        "not asked, as the API forbids every campaign of the account; one is asked once per interval"
    )
    {
        IsAssumed = true,
    };

    /// <summary>The answer without asking when the key is refused.</summary>
    /// <param name="refusal">What the API said last.</param>
    public static ApiError NotAsked(ApiError refusal) =>
        refusal with
        {
            Message = $"not asked, as the account is refused: {refusal.Message}",
            NotBefore = null,
            IsAssumed = true,
        };

    /// <summary>A 403 may be about one campaign. It is about the account only when each of several campaigns has it.</summary>
    /// <param name="forbidden">The campaigns whose last attempt ended in 403.</param>
    /// <param name="polled">All that are polled; those not tried yet too.</param>
    public static bool IsForbidden(int forbidden, int polled) => polled > 1 && forbidden == polled;

    /// <summary>Whether the next poll is the one that asks.</summary>
    public static bool MayAsk(DateTimeOffset? lastAsked, TimeSpan interval, DateTimeOffset now) =>
        lastAsked is not { } last || now - last >= interval;
}
