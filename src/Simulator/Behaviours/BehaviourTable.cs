namespace Simulator;

/// <summary>The one list of all behaviours.</summary>
internal static class BehaviourTable
{
    public static IReadOnlyList<Behaviour> All { get; } =
    [
        .. PagingBehaviours.Table,
        .. MetadataBehaviours.Table,
        .. RowBehaviours.Table,
        .. CampaignBehaviours.Table,
        .. RefusalBehaviours.Table,
        .. LimitBehaviours.Table,
        .. FailureBehaviours.Table,
        .. WireBehaviours.Table,
    ];
}
