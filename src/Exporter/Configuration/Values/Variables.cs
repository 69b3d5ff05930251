using System.Text;

namespace Exporter.Configuration.Values;

/// <summary>
/// Expands environment variables in a value. <c>${NAME}</c> stands for the variable of that name. <c>${NAME:-default}</c> stands for the
/// same or, when it is unset or empty as in a POSIX shell, for the default, which ends at the next <c>}</c> and is taken as it is written.
/// <c>$$</c> stands for one <c>$</c>; any other <c>$</c> stands for itself.
/// </summary>
/// <remarks>
/// A default with <c>${</c> in it is refused: who writes <c>${A:-${B}}</c> means another variable, and would get the text <c>${B</c> and a
/// <c>}</c> behind it.
/// </remarks>
internal static class Variables
{
    private const string Begin = "${";

    /// <summary>Names of more or longer words than these are not shown.</summary>
    private const int MostWords = 10,
        MostOfWord = 16;

    /// <summary>The most characters that the variables of one value may stand for, and those of all values of a file together.</summary>
    public const int MostCharacters = 1024 * 1024;

    /// <returns>An error text, or <see langword="null"/> when <paramref name="expanded"/> is good.</returns>
    public static string? Expand(string text, Func<string, string?> environment, out string expanded)
    {
        var room = MostCharacters;
        return Expand(text, environment, ref room, out expanded);
    }

    /// <inheritdoc cref="Expand(string, Func{string, string?}, out string)"/>
    /// <param name="room">The most characters that the variables may still stand for; less afterwards.</param>
    public static string? Expand(string text, Func<string, string?> environment, ref int room, out string expanded)
    {
        expanded = "";
        if (!text.Contains('$', StringComparison.Ordinal))
        {
            expanded = text;
            return null;
        }

        var result = new StringBuilder(text.Length);
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

            if (otherwise?.Contains(Begin, StringComparison.Ordinal) == true)
            {
                return $"expected }} before the next ${{ in {Shown(name, ":-…")}, for a default holds no other variable";
            }

            var value = environment(name);
            if (otherwise is not null && string.IsNullOrEmpty(value))
            {
                value = otherwise;
            }

            if (value is null)
            {
                return $"the environment variable {Shown(name)} is not set";
            }

            room -= value.Length;
            if (room < 0)
            {
                return $"expected at most {MostCharacters} characters in place of all variables of the file";
            }

            result.Append(value);
            i = end;
        }

        expanded = result.ToString();
        return null;
    }

    /// <summary>Whether the text only names a variable, without a default. Its name is no secret.</summary>
    public static bool IsOnlyName(string text) =>
        text.StartsWith(Begin, StringComparison.Ordinal) && text.EndsWith('}') && IsName(text[Begin.Length..^1]);

    /// <summary>
    /// Returns what a text holds itself: the whole of it, unless it only names a variable, and each default. A default ends where the next
    /// variable begins, so that together they are no longer than the text.
    /// </summary>
    public static IEnumerable<string> Literals(string text)
    {
        if (!IsOnlyName(text))
        {
            yield return text;
        }

        for (var begin = text.IndexOf(Begin, StringComparison.Ordinal); begin >= 0; )
        {
            var inside = begin + Begin.Length;
            var next = text.IndexOf(Begin, inside, StringComparison.Ordinal);
            var piece = text[inside..(next < 0 ? text.Length : next)];
            if (Divide(piece.Split('}', 2)[0]).Default is { } otherwise)
            {
                yield return otherwise;
            }

            begin = next;
        }
    }

    private static (string Name, string? Default) Divide(string text)
    {
        const string Otherwise = ":-";
        var at = text.IndexOf(Otherwise, StringComparison.Ordinal);
        return at < 0 ? (text, null) : (text[..at], text[(at + Otherwise.Length)..]);
    }

    /// <summary>
    /// Returns a variable as a message shows it. One that is not named as variables usually are may be a key that stands in its place.
    /// </summary>
    private static string Shown(string name, string rest = "")
    {
        var isUsual = !name.Any(char.IsAsciiLetterLower) && name.Split('_') is { Length: <= MostWords } words && words.All(IsShort);
        return rest.Length == 0 && isUsual ? name : $"${{{(isUsual ? name : "…")}{rest}}}";
    }

    private static bool IsShort(string word) => word.Length <= MostOfWord;

    private static bool IsName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
