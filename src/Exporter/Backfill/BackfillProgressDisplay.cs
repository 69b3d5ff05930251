namespace Exporter.Backfill;

/// <summary>Processes items one after the other and shows the progress.</summary>
/// <param name="title">The name of the whole work.</param>
/// <param name="names">The name of each item.</param>
/// <param name="work">Processes the item with this index.</param>
internal delegate Task BackfillProgressDisplay(string title, IReadOnlyList<string> names, Func<int, Task> work);
