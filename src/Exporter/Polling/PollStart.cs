using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>The beginning of something that is due.</summary>
/// <param name="Known">The answer when it is known without asking.</param>
/// <param name="IsProbe">Whether it asks although the key is refused, to see whether it still is.</param>
internal readonly record struct PollStart(ApiError? Known, bool IsProbe = false);
