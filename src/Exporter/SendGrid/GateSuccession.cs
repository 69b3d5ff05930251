namespace Exporter.SendGrid;

/// <summary>
/// Decides which rate gate each account of a plan goes on with. What a gate knows was said to an account of the API: a key, with its server
/// and subuser. So a gate follows these, whatever the configuration calls them.
/// </summary>
internal static class GateSuccession
{
    /// <param name="inForce">The accounts of the plan before.</param>
    /// <param name="givenUp">
    /// Those that no plan names any more and that still know something. What was told to one in force is newer, so a key's gate in force
    /// goes first. Of several that fit equally, the first one's is taken.
    /// </param>
    /// <param name="after">The accounts of the plan.</param>
    /// <returns>
    /// For each account of the plan the number of the one whose gate it takes, counted through both, each at most once;
    /// <see langword="null"/> for one that begins with a new gate.
    /// </returns>
    public static IReadOnlyList<int?> Decide(
        IReadOnlyCollection<ApiOptions> inForce,
        IEnumerable<ApiOptions> givenUp,
        IEnumerable<ApiOptions> after
    )
    {
        // A key's file may be read again at any time, so each text is looked at once.
        var (former, next) = (inForce.Concat(givenUp).Select(Account.Of).ToList(), after.Select(Account.Of).ToList());
        var successors = new int?[next.Count];
        MatchKeys(Enumerable.Range(0, inForce.Count));
        MatchKeys(Enumerable.Range(inForce.Count, former.Count - inForce.Count));

        // The key of the name was replaced, and its gate did not follow the old one. Whether the new one is also that of another account
        // does not matter: which of several accounts reads a file that they share first must not decide what is forgotten.
        Match(Enumerable.Range(0, former.Count), static (was, now) => was.Name == now.Name && was.Place == now.Place);
        return successors;

        void MatchKeys(IEnumerable<int> among)
        {
            Match(among, static (was, now) => was == now);

            // Of several accounts of one key, one whose name goes on may still need its gate.
            Match(among, (was, now) => was.Asker == now.Asker && !next.Exists(each => each.Name == was.Name));
            Match(among, static (was, now) => was.Asker == now.Asker);
        }

        void Match(IEnumerable<int> among, Func<Account, Account, bool> fits)
        {
            for (var number = 0; number < next.Count; number++)
            {
                if (successors[number] is null)
                {
                    var found = among.Where(each => fits(former[each], next[number]));
                    successors[number] = found.Except(successors.OfType<int>()).Cast<int?>().FirstOrDefault();
                }
            }
        }
    }

    private readonly record struct Account(string? Name, (Uri Server, string? Subuser) Place, string Key)
    {
        public ((Uri Server, string? Subuser) Place, string Key) Asker => (Place, Key);

        public static Account Of(ApiOptions account) =>
            new(account.Name, (account.BaseUrl, account.OnBehalfOf), account.ApiKey.RevealLast());

        public override string ToString() => Name ?? "";
    }
}
