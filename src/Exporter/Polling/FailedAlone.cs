namespace Exporter.Polling;

/// <summary>
/// Distinguishes an automation that fails by itself from an account that does not answer. A short outage can explain any one failure, so it
/// takes two failures with an answer about another automation between them, and an answer after them. Answers are counted, so setting the
/// clock cannot mislead it.
/// </summary>
/// <param name="At">Complete walks of automations in this account by the end of the last failed attempt.</param>
/// <param name="IsAgain">Whether an answer came between that failure and the one before it.</param>
internal readonly record struct FailedAlone(int At, bool IsAgain)
{
    /// <param name="before">The failure before; <see langword="null"/> after a success.</param>
    /// <param name="answersBefore">Complete walks when the attempt began.</param>
    /// <param name="answers">Complete walks when it ended.</param>
    public static FailedAlone After(FailedAlone? before, int answersBefore, int answers) =>
        new(answers, before is { } last && answersBefore > last.At);

    /// <summary>Whether the automation fails by itself, as far as is known by now.</summary>
    public bool IsForItself(int answers) => IsAgain && answers > At;
}
