using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>
/// Tells the log of an account when trouble begins and when it ends, one line each. A refused key is the account's line, not one for each
/// of its campaigns and lists.
/// </summary>
internal sealed class FailureLog(PollLog log)
{
    private readonly HashSet<CampaignKind> _lists = [];

    /// <summary>After an attempt to refresh a campaign; before the campaign takes the result.</summary>
    public void Report(PolledCampaign campaign, ApiError? error, TimeSpan maxAge, DateTimeOffset now)
    {
        if (error is { Kind: not ApiErrorKind.Unauthorized } && !campaign.TroubleTold)
        {
            campaign.TroubleTold = true;
            log.Failing(campaign, error, maxAge, now);
        }
        else if (error is null && campaign is { TroubleTold: true, FailingSince: { } since })
        {
            campaign.TroubleTold = false;
            log.Recovered(campaign, now - since);
        }
    }

    /// <summary>After a walk of a list.</summary>
    public void Report(CampaignKind list, ApiError? error)
    {
        if (error is { Kind: not ApiErrorKind.Unauthorized } && _lists.Add(list))
        {
            log.DiscoveryFailing(list, error);
        }
        else if (error is null && _lists.Remove(list))
        {
            log.DiscoveryRecovered(list);
        }
    }

    /// <summary>After an answer that may have said something of the key.</summary>
    public void TellOfKey(bool? before, bool? accepted, ApiError? error)
    {
        if (accepted == false && before != false)
        {
            log.KeyRefused(error!);
        }
        else if (accepted == true && before == false)
        {
            log.KeyAccepted();
        }
    }
}
