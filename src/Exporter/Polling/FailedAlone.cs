namespace Exporter.Polling;

/// <summary>
/// Distinguishes an automation that fails by itself from an account that does not answer. An outage, or several short ones, can explain
/// failures in a row. So it takes two failures with an answer about another automation between them and one after them, and in all that
/// time no automation that turns from answering to failing or back. Where others turn all the time, ten failures are enough.
/// </summary>
/// <remarks>Answers are counted, so setting the clock cannot mislead it.</remarks>
/// <param name="At">The account's answers by the end of the last failed attempt.</param>
/// <param name="Times">Failures since the last success; of those without an answer between them only one counts.</param>
/// <param name="Undisturbed">Those of them since which no other automation has turned.</param>
internal readonly record struct FailedAlone(AnswerCount At, int Times, int Undisturbed)
{
    private const int Enough = 2;
    private const int EnoughWhateverOthersDo = 10;

    /// <param name="before">The failures before; <see langword="null"/> after a success.</param>
    /// <param name="walksBefore">The account's complete walks when the attempt began.</param>
    /// <param name="answers">The account's answers when it ended.</param>
    public static FailedAlone After(FailedAlone? before, int walksBefore, AnswerCount answers)
    {
        if (before is not { } last)
        {
            return new FailedAlone(answers, Times: 1, Undisturbed: 1);
        }

        var more = walksBefore > last.At.Walks ? 1 : 0;
        return new FailedAlone(answers, last.Times + more, answers.Turns == last.At.Turns ? last.Undisturbed + more : 1);
    }

    /// <summary>Whether the automation fails by itself, as far as is known by now.</summary>
    public bool IsForItself(AnswerCount answers) =>
        answers.Walks > At.Walks && (Times >= EnoughWhateverOthersDo || (Undisturbed >= Enough && answers.Turns == At.Turns));
}
