using Exporter.SendGrid.RateLimits;

namespace Exporter.SendGrid;

/// <summary>
/// Hands the rate gates from one plan to the next (<see cref="GateSuccession"/>), and keeps those of accounts that no plan names any more
/// as long as they know something: an account that comes back is still the same to the API.
/// </summary>
internal sealed class FormerGates(TimeProvider time)
{
    /// <summary>The one that was given up last comes first.</summary>
    private IReadOnlyList<(ApiOptions Account, RateGate Gate)> _gates = [];

    /// <summary>Returns the gate of each account of the next plan.</summary>
    /// <param name="inForce">The accounts of the plan before, with the keys as last read, and their gates.</param>
    public IReadOnlyList<RateGate> Pass(IReadOnlyList<(ApiOptions Account, RateGate Gate)> inForce, IReadOnlyList<ApiOptions> next)
    {
        // Requests of an account that goes may still be answered, so its gate is kept for now, whatever it knows.
        var givenUp = _gates.Where(static former => !former.Gate.IsAtRest).ToList();
        var known = inForce.Concat(givenUp).ToList();
        var successors = GateSuccession.Decide(
            [.. inForce.Select(static each => each.Account)],
            givenUp.Select(static each => each.Account),
            next
        );
        _gates = [.. known.Where((_, number) => !successors.Contains(number))];
        return
        [
            .. next.Zip(
                successors,
                (account, former) => former is { } number ? known[number].Gate : new RateGate(account.Rate, new SteadyTime(time))
            ),
        ];
    }
}
