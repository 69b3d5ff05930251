using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>How something that is due begins.</summary>
/// <param name="Known">The answer when it is known without asking.</param>
/// <param name="IsProbe">Whether it asks although the key is refused, to see whether it still is.</param>
internal readonly record struct PollStart(ApiError? Known, bool IsProbe = false);
