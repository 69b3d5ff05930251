using System.Text;

namespace Exporter.Configuration.Values;

/// <summary>
/// Expands environment variables in a value. <c>${NAME}</c> stands for the variable of that name. <c>${NAME:-default}</c> stands for the
/// same or, when it is unset or empty as in a POSIX shell, for the default, which ends at the next <c>}</c>. <c>$$</c> stands for one
/// <c>$</c>; any other <c>$</c> stands for itself.
/// </summary>
internal static class Variables
{
    /// <returns>An error text, or <see langword="null"/> when <paramref name="expanded"/> is good.</returns>
    public static string? Expand(string text, Func<string, string?> environment, out string expanded)
    {
        var result = new StringBuilder(text.Length);
        expanded = "";
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '$' || i + 1 == text.Length || text[i + 1] is not ('$' or '{'))
            {
                result.Append(text[i]);
                continue;
            }

            i++;
            if (text[i] == '$')
            {
                result.Append('$');
                continue;
            }

            var end = text.IndexOf('}', i);
            if (end < 0)
            {
                return "expected } after ${";
            }

            var (name, otherwise) = Divide(text[(i + 1)..end]);
            if (!IsName(name))
            {
                // The message omits the text on purpose: a user may have put a key between the braces.
                return "expected the name of an environment variable (letters, digits, _) in ${…}";
            }

            var value = environment(name);
            if (otherwise is not null && string.IsNullOrEmpty(value))
            {
                value = otherwise;
            }

            if (value is null)
            {
                return $"the environment variable {name} is not set";
            }

            result.Append(value);
            i = end;
        }

        expanded = result.ToString();
        return null;
    }

    /// <summary>
    /// Returns what a text holds itself: the whole of it, unless it only names a variable, and each default. The name of a variable is no
    /// secret.
    /// </summary>
    public static IEnumerable<string> Literals(string text)
    {
        const string Begin = "${";
        var isName = text.StartsWith(Begin, StringComparison.Ordinal) && text.EndsWith('}') && IsName(text[Begin.Length..^1]);
        if (!isName)
        {
            yield return text;
        }

        for (
            var begin = text.IndexOf(Begin, StringComparison.Ordinal);
            begin >= 0;
            begin = text.IndexOf(Begin, begin + Begin.Length, StringComparison.Ordinal)
        )
        {
            var end = text.IndexOf('}', begin);
            if (Divide(text[(begin + Begin.Length)..(end < 0 ? text.Length : end)]).Default is { } otherwise)
            {
                yield return otherwise;
            }
        }
    }

    private static (string Name, string? Default) Divide(string text)
    {
        const string Otherwise = ":-";
        var at = text.IndexOf(Otherwise, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + Otherwise.Length)..]);
    }

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
