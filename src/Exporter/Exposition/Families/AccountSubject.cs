using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>The account that the account families read.</summary>
internal sealed record AccountSubject(AccountSnapshot Account) : Subject(("account", Account.Name))
{
    public override bool LooksLike(Subject other) => other is AccountSubject known && ReferenceEquals(Account, known.Account);
}
