using Exporter.History;

namespace Exporter.Tests.History;

/// <summary>What a test does with a store.</summary>
internal static class StoreTools
{
    /// <summary>Prunes to the end.</summary>
    /// <returns>How far back the changes reach that are kept.</returns>
    public static TimeSpan PruneAll(this HistoryDatabase database, HistoryOptions options, DateTimeOffset now, bool isFull = false)
    {
        var pruning = database.Prune(options, now, TimeProvider.System, isFull);
        while (pruning.Step())
        {
        }

        return pruning.Kept;
    }
}
