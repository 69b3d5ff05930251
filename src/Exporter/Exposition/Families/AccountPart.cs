using Exporter.Snapshots;

namespace Exporter.Exposition.Families;

/// <summary>What the families of an account are read off.</summary>
internal sealed record AccountPart(AccountSnapshot Account) : Part(("account", Account.Name))
{
    public override bool LooksLike(Part other) => other is AccountPart known && ReferenceEquals(Account, known.Account);
}
