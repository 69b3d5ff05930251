using System.Runtime.CompilerServices;
using Exporter.Snapshots;

namespace Exporter.Tests;

/// <summary>
/// One process runs the tests of mutant after mutant. What is static is made in it before the first one that could spoil it:
/// a spoilt one would fail the tests of all others.
/// </summary>
internal static class Statics
{
    [ModuleInitializer]
    internal static void Make()
    {
        _ = LinkTable.Empty;
        RuntimeHelpers.RunClassConstructor(typeof(UrlText).TypeHandle);
    }
}
