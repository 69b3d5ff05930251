namespace Exporter.SendGrid;

/// <summary>
/// Decides which rate gate each account of a plan goes on with. What a gate knows was said to an account of the API: a key, with its server
/// and subuser. So a gate follows these, whatever the configuration calls them.
/// </summary>
internal static class GateSuccession
{
    /// <param name="before">The accounts that have a gate. Of several that fit equally, the first one's is taken.</param>
    /// <param name="after">The accounts of the plan.</param>
    /// <returns>
    /// For each account of the plan the number of the one whose gate it takes, each at most once; <see langword="null"/> for one that
    /// begins with a new gate.
    /// </returns>
    public static IReadOnlyList<int?> Decide(IEnumerable<ApiOptions> before, IEnumerable<ApiOptions> after)
    {
        // A key's file may be read again at any time, so each text is looked at once.
        var (former, next) = (before.Select(Account.Of).ToList(), after.Select(Account.Of).ToList());
        var successors = new int?[next.Count];
        Match(static (was, now) => was == now);
        Match((was, now) => was.Asker == now.Asker && !next.Exists(each => each.Name == was.Name));
        Match(static (was, now) => was.Asker == now.Asker);

        // The key of the name was replaced, and its gate did not follow the old one. Whether the new one is also that of another account
        // does not matter: which of several accounts reads a file that they share first must not decide what is forgotten.
        Match(static (was, now) => was.Name == now.Name && was.Place == now.Place);
        return successors;

        void Match(Func<Account, Account, bool> fits)
        {
            for (var number = 0; number < next.Count; number++)
            {
                if (successors[number] is null)
                {
                    var found = Enumerable.Range(0, former.Count).Where(each => fits(former[each], next[number]));
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
