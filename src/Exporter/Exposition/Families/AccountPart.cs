using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>The account that the account families read.</summary>
internal sealed record AccountPart(AccountSnapshot Account) : Part(("account", Account.Name))
{
    public override bool LooksLike(Part other) => other is AccountPart known && ReferenceEquals(Account, known.Account);
}
