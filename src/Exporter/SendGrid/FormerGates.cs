using Exporter.SendGrid.RateLimits;

namespace Exporter.SendGrid;

/// <summary>
/// The rate gates of accounts that a reload has removed, as long as they know something. An account that comes back, or is only called
/// otherwise now, is still the same to the API: its waits and its rate go on.
/// </summary>
internal sealed class FormerGates
{
    private readonly List<(ApiOptions Account, RateGate Gate)> _gates = [];

    public void Keep(ApiOptions account, RateGate gate)
    {
        _gates.RemoveAll(static former => former.Gate.IsAtRest);
        _gates.Add((account, gate));
    }

    /// <summary>Takes the gate of an account out; <see langword="null"/> when it is not kept.</summary>
    public RateGate? Take(ApiOptions account)
    {
        var index = _gates.FindIndex(former => IsSame(former.Account, account));
        if (index < 0)
        {
            return null;
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
