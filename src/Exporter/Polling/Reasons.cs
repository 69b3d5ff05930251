using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>A trouble of the API room as it is published.</summary>
internal static class Reasons
{
    /// <summary>The word of a failure; <see langword="null"/> after a success.</summary>
    public static string? Word(ApiError? error) => error is null ? null : ErrorWords.Of(error.Kind);

    public static Failure FailureOf(ApiError error) => new(ErrorWords.ReasonOf(error.Kind), error.Cause, error.Message);
}
