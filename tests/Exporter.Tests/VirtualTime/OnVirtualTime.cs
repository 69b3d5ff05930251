namespace Exporter.Tests.VirtualTime;

/// <summary>The tests on a virtual clock run one after the other and beside no other: <see cref="Quiet"/> looks at the whole process.</summary>
[Trait("Clock", "virtual")]
[CollectionDefinition(nameof(OnVirtualTime), DisableParallelization = true)]
#pragma warning disable CA1711 // A collection is what xunit calls it.
public sealed class OnVirtualTime;
#pragma warning restore CA1711
