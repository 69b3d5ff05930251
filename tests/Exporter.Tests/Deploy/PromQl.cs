namespace Exporter.Tests.Deploy;

/// <summary>
/// The names that a PromQL expression uses. Not a parser: it splits the text into tokens and tells metrics, matchers and label
/// lists apart by what stands beside them, and it insists on balanced brackets and finished strings.
/// </summary>
/// <param name="Selectors">Every metric that is selected, with its matchers.</param>
/// <param name="GroupingLabels">
/// Labels of <c>by</c>, <c>without</c>, <c>on</c>, <c>ignoring</c>, <c>group_left</c>, <c>group_right</c>.
/// </param>
internal sealed record PromQl(IReadOnlyList<Selector> Selectors, IReadOnlySet<string> GroupingLabels)
{
    private static readonly HashSet<string> LabelLists = new(StringComparer.OrdinalIgnoreCase)
    {
        "by",
        "without",
        "on",
        "ignoring",
        "group_left",
        "group_right",
    };

    private static readonly HashSet<string> OtherWords = new(StringComparer.OrdinalIgnoreCase)
    {
        "and",
        "or",
        "unless",
        "bool",
        "offset",
        "atan2",
        "inf",
        "nan",
    };

    /// <exception cref="FormatException">The text cannot be an expression, or names a metric in a way that cannot be checked.</exception>
    public static PromQl Parse(string expression)
    {
        var tokens = Tokens(expression);
        RequireBalance(tokens, expression);
        var selectors = new List<Selector>();
        var grouping = new HashSet<string>(StringComparer.Ordinal);

        for (var i = 0; i < tokens.Count; i++)
        {
            var (kind, text) = tokens[i];
            var next = i + 1 < tokens.Count ? tokens[i + 1] : default;
            if (kind is TokenKind.Word && LabelLists.Contains(text))
            {
                for (i++; next.Text == "(" && tokens[i].Text != ")"; i++)
                {
                    if (tokens[i].Kind is TokenKind.Word)
                    {
                        _ = grouping.Add(tokens[i].Text);
                    }
                }

                // A bare group_left has no list; look at the token after it again.
                i -= next.Text == "(" ? 0 : 1;
            }
            else if (kind is TokenKind.Word && !OtherWords.Contains(text) && next.Text != "(" && !IsModifierOfAggregation(next))
            {
                var matchers = next.Text == "{" ? Matchers(tokens, ref i) : [];
                selectors.Add(new Selector(text, matchers));
            }
            else if (text == "{" && kind is TokenKind.Symbol)
            {
                i--;
                var matchers = Matchers(tokens, ref i);
                selectors.Add(new Selector(NameAmong(matchers, expression), matchers));
            }
        }

        return new PromQl(selectors, grouping);
    }

    private static bool IsModifierOfAggregation(Token token) =>
        token.Kind is TokenKind.Word && token.Text.ToUpperInvariant() is "BY" or "WITHOUT";

    /// <summary>Reads <c>{label op "value", …}</c>; <paramref name="i"/> stands before the brace and is left on its counterpart.</summary>
    private static Dictionary<string, string> Matchers(List<Token> tokens, ref int i)
    {
        var matchers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (i += 2; tokens[i].Text != "}"; i++)
        {
            if (tokens[i].Text == ",")
            {
                continue;
            }

            if (
                i + 2 >= tokens.Count
                || tokens[i].Kind is not TokenKind.Word
                || tokens[i + 1].Text is not ("=" or "!=" or "=~" or "!~")
                || tokens[i + 2].Kind is not TokenKind.String
            )
            {
                throw new FormatException($"Not a label matcher at {tokens[i].Text}");
            }

            matchers[tokens[i].Text] = tokens[i + 1].Text + tokens[i + 2].Text;
            i += 2;
        }

        return matchers;
    }

    private static string NameAmong(Dictionary<string, string> matchers, string expression) =>
        matchers.TryGetValue("__name__", out var name) && name.StartsWith("=\"", StringComparison.Ordinal)
            ? name[2..^1]
            : throw new FormatException($"A selector without a fixed metric name cannot be checked: {expression}");

    private static void RequireBalance(List<Token> tokens, string expression)
    {
        var open = new Stack<string>();
        foreach (var (kind, text) in tokens)
        {
            if (kind is not TokenKind.Symbol)
            {
                continue;
            }

            if (text is "(" or "[" or "{")
            {
                open.Push(text);
            }
            else if (text is ")" or "]" or "}" && (!open.TryPop(out var opening) || (opening + text) is not ("()" or "[]" or "{}")))
            {
                throw new FormatException($"{text} closes nothing: {expression}");
            }
        }

        if (open.Count > 0)
        {
            throw new FormatException($"{open.Peek()} is never closed: {expression}");
        }
    }

    private static List<Token> Tokens(string text)
    {
        var tokens = new List<Token>();
        var i = 0;
        while (i < text.Length)
        {
            var start = i;
            var c = text[i];
            if (char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (c == '#')
            {
                i = End(text, i, static c => c != '\n');
            }
            else if (c is '"' or '\'' or '`')
            {
                i = EndOfString(text, i);
                tokens.Add(new Token(TokenKind.String, text[start..i]));
            }
            else if (char.IsAsciiDigit(c))
            {
                // Numbers and durations alike: 0.5, 1e9, 0x1f, 5m, 1h30m.
                i = End(text, i, static c => char.IsAsciiLetterOrDigit(c) || c == '.');
                tokens.Add(new Token(TokenKind.Number, text[start..i]));
            }
            else if (c == '$')
            {
                // Grafana's $name, ${name} and ${name:format}: whatever they stand for, it is not a name of ours.
                i = text.AsSpan(i + 1).StartsWith("{") ? text.IndexOf('}', i) + 1 : End(text, i + 1, IsWordPart);
                if (i == 0)
                {
                    throw new FormatException($"${{ is never closed: {text}");
                }

                tokens.Add(new Token(TokenKind.Variable, text[start..i]));
            }
            else if (IsWordPart(c) && c != ':')
            {
                i = End(text, i, IsWordPart); // A colon alone belongs to a subquery: [1d:5m].
                tokens.Add(new Token(TokenKind.Word, text[start..i]));
            }
            else
            {
                i += IsTwoCharacterOperator(text.AsSpan(i)) ? 2 : 1;
                tokens.Add(new Token(TokenKind.Symbol, text[start..i]));
            }
        }

        return tokens;
    }

    private static bool IsTwoCharacterOperator(ReadOnlySpan<char> text) =>
        text.Length > 1 && text[..2] is "=~" or "!~" or "!=" or "==" or ">=" or "<=";

    private static bool IsWordPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or ':';

    private static int End(string text, int start, Func<char, bool> belongs)
    {
        var i = start;
        while (i < text.Length && belongs(text[i]))
        {
            i++;
        }

        return i;
    }

    private static int EndOfString(string text, int start)
    {
        var quote = text[start];
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\' && quote != '`')
            {
                i++;
            }
            else if (text[i] == quote)
            {
                return i + 1;
            }
        }

        throw new FormatException($"A string is never closed: {text}");
    }

    private enum TokenKind
    {
        None,
        Word,
        Number,
        String,
        Variable,
        Symbol,
    }

    private readonly record struct Token(TokenKind Kind, string Text);
}

/// <summary>A metric as it is selected.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Matchers">Label to operator and quoted value, such as <c>=~"$job"</c>.</param>
internal sealed record Selector(string Metric, IReadOnlyDictionary<string, string> Matchers);
