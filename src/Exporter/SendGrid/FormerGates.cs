using Exporter.SendGrid.RateLimits;

namespace Exporter.SendGrid;

/// <summary>
/// The rate gates of accounts that a reload has removed, or sent to another server, as long as they know something. An account that comes
/// back, or is only called otherwise now, is still the same to the API: its waits and its rate go on.
/// </summary>
internal sealed class FormerGates(TimeProvider time)
{
    private readonly List<(ApiOptions Account, RateGate Gate)> _gates = [];

    public void Keep(ApiOptions account, RateGate gate)
    {
        _gates.RemoveAll(static former => former.Gate.IsAtRest);
        _gates.Add((account, gate));
    }

    /// <summary>Returns the gate of an account, which is not kept here from then on; a new one when it is not known.</summary>
    public RateGate Take(ApiOptions account)
    {
        var index = _gates.FindIndex(former => IsSame(former.Account, account));
        if (index < 0)
        {
            return new RateGate(account.Rate, new SteadyTime(time));
        }

        var gate = _gates[index].Gate;
        _gates.RemoveAt(index);
        return gate;
    }

    /// <summary>Whether it is the same account to the API, or has the same name there: then its key may have been replaced.</summary>
    private static bool IsSame(ApiOptions former, ApiOptions account) =>
        former.BaseUrl == account.BaseUrl
        && former.OnBehalfOf == account.OnBehalfOf
        && (former.Name == account.Name || former.ApiKey.RevealLast() == account.ApiKey.RevealLast());
}
