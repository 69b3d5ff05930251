namespace Exporter.Configuration;

/// <summary>
/// The fence around reading a candidate, the files of a new configuration: whatever goes wrong there refuses the candidate and never ends
/// the program, which goes on with the configuration that it has.
/// </summary>
internal static class ReadingFence
{
    /// <param name="refused">Returns the result for a reason. The reason holds no part of what was read.</param>
    public static T Around<T>(Func<T> read, Func<string, T> refused)
    {
        try
        {
            return read();
        }
#pragma warning disable CA1031 // That is what the fence is for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            var cause = CauseOf(e);
            return refused(
                cause is OutOfMemoryException
                    ? "there is not enough memory to read it"
                    : $"it cannot be read: this is a bug in sendgrid-exporter, please report it: {cause.GetType().Name}"
            );
        }
    }

    private static Exception CauseOf(Exception e) => e.InnerException is { } inner ? CauseOf(inner) : e;
}
