namespace Exporter.Polling;

/// <summary>
/// Tells an automation that fails while its account answers from an account that does not answer. An outage can lie around any one failure,
/// so it takes two with the answer of another automation between them, and one after them. Answers are counted, so no clock can deceive.
/// </summary>
/// <param name="At">Complete walks of automations that the account had given when the last attempt failed.</param>
/// <param name="IsAgain">Whether that attempt began after an answer that came after the failure before.</param>
internal readonly record struct FailedAlone(int At, bool IsAgain)
{
    /// <param name="before">The failure before; <see langword="null"/> after a success.</param>
    /// <param name="answersBefore">Answers of the account when the attempt began.</param>
    /// <param name="answers">Answers of the account when it ended.</param>
    public static FailedAlone After(FailedAlone? before, int answersBefore, int answers) =>
        new(answers, before is { } last && answersBefore > last.At);

    /// <summary>Whether it is the automation that fails, as far as can be told by now.</summary>
    public bool IsForItself(int answers) => IsAgain && answers > At;
}
