namespace Exporter.Tests.VirtualTime;

/// <summary>
/// The tests on a virtual clock run one after the other and beside no other: <see cref="Quiet"/> looks at the whole process.
/// </summary>
/// <remarks>By the trait <c>tests/lib.sh</c> runs them in a process of their own.</remarks>
[Trait("Clock", "virtual")]
[CollectionDefinition(nameof(OnVirtualTime), DisableParallelization = true)]
#pragma warning disable CA1711 // A collection is what xunit calls it.
public sealed class OnVirtualTime;
#pragma warning restore CA1711
