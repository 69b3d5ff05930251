using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Keeps a mistake in this program, which shows as an exception, to the one campaign or list that it is about: it becomes a failed answer,
/// and the polling of all others goes on.
/// </summary>
internal sealed class Fence(PollLog log)
{
    /// <summary>Waits for an answer.</summary>
    /// <param name="asking">Asks for it.</param>
    /// <param name="what">What is asked for, for the log.</param>
    /// <param name="failed">Makes a failed answer.</param>
    public async Task<T> AskAsync<T>(Task<T> asking, string what, Func<ApiError, T> failed)
    {
        try
        {
            return await asking;
        }
#pragma warning disable CA1031 // See above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return failed(Broken(e, what));
        }
    }

    /// <summary>
    /// Applies an answer. When that throws, the state from before stays and the attempt counts as failed. When counting it throws, too, the
    /// state from before stays again, and only the next attempt is planned.
    /// </summary>
    /// <param name="before">The state.</param>
    /// <param name="what">What was asked for, for the log.</param>
    /// <param name="apply">Applies the answer.</param>
    /// <param name="fail">Counts the attempt as failed.</param>
    /// <param name="abandon">
    /// Plans the next attempt. It reads the time of day as it is, set or not, and does nothing that may throw.
    /// </param>
    /// <returns>The state to go on with.</returns>
    public AccountState Apply(
        AccountState before,
        string what,
        Func<AccountState, AccountState> apply,
        Func<AccountState, ApiError, AccountState> fail,
        Func<AccountState, AccountState> abandon
    )
    {
        try
        {
            return apply(before);
        }
#pragma warning disable CA1031 // See above.
        catch (Exception e)
#pragma warning restore CA1031
        {
            try
            {
                return fail(before, Broken(e, what));
            }
#pragma warning disable CA1031 // See above.
            catch (Exception again)
#pragma warning restore CA1031
            {
                var after = abandon(before);
                log.Broken(again, what);
                return after;
            }
        }
    }

    private ApiError Broken(Exception e, string what)
    {
        log.Broken(e, what);
        return new ApiError(FailureReason.InvalidResponse, $"internal error ({e.GetType().Name})") { Cause = FailureCause.InternalError };
    }
}
