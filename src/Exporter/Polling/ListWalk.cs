using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Asks the API for the list of an account's automations or Single Sends.</summary>
internal static class ListWalk
{
    /// <summary>A smaller difference of the clocks is the way of the answer and the whole seconds of <c>Date</c>.</summary>
    private static readonly TimeSpan LeastDifference = TimeSpan.FromMinutes(1);

    /// <summary>Walks the list of all campaigns of one kind.</summary>
    /// <remarks>
    /// The server's clock says when something was sent, and the machine's clock decides here whether that is recent. The difference of the
    /// two is taken off: a clock that is set wrongly must not end the polling of Single Sends.
    /// </remarks>
    public static async Task<ApiResult<CampaignList>> RunAsync(SendGridClient client, CampaignKind kind, PollContext attempt)
    {
        var walk = await CampaignPolicy.Of(kind).ListAsync(client, attempt);
        var ahead = BelievedDifference(attempt.ServerAhead);
        if (walk.Error is { Cause: FailureCause.NotFound } error)
        {
            // Every account has its lists, also when they are empty.
            return error with { Cause = FailureCause.NotTheApi };
        }

        return walk.Then(found =>
        {
            IReadOnlyList<ListedCampaign> rows =
            [
                .. found
                    .Rows.Where(static row => row.Id is not null)
                    .Select(ListedCampaign.FromRow)
                    .Select(row => row with { SentAt = row.SentAt.ShiftedBy(-ahead) }),
            ];
            return new CampaignList(rows, found.Rows.Count - rows.Count, found.Rows.Count(static row => !row.HasId));
        });
    }

    /// <summary>Returns the difference between the server's clock and the machine's, or zero when it is too small to count.</summary>
    public static TimeSpan BelievedDifference(TimeSpan? serverAhead) =>
        serverAhead is { } difference && difference.Duration() > LeastDifference ? difference : TimeSpan.Zero;
}
