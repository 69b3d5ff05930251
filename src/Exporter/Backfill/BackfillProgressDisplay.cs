namespace Exporter.Backfill;

/// <summary>Does the work on one thing after the other and shows how far it is.</summary>
/// <param name="title">What is worked on.</param>
/// <param name="names">The name of each thing.</param>
/// <param name="work">Does the work on the thing of that number.</param>
internal delegate Task BackfillProgressDisplay(string title, IReadOnlyList<string> names, Func<int, Task> work);
