using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Exporter.Tests.Answers;

/// <summary>A JSON text of which one member, or one element of an array, is not as the API documents it.</summary>
/// <param name="Path">Where: <c>results[0].clicks</c>.</param>
/// <param name="Change">What is there: one of <see cref="Names"/>.</param>
/// <param name="Json">The whole text.</param>
internal sealed partial record JsonChange(string Path, string Change, string Json)
{
    public const string Absent = "absent";
    public const string Twice = "twice";
    public const string TwiceThenNull = "twice, then null";
    public const string Null = "null";
    public const string Truth = "true";
    public const string Negative = "-1";
    public const string Fraction = "1.5";
    public const string Huge = "1e30";
    public const string Empty = "empty text";
    public const string Text = "text";
    public const string Surrogate = "half a surrogate pair";
    public const string Long = "long text";
    public const string EmptyArray = "[]";
    public const string EmptyObject = "{}";
    public const string Array = "[1]";
    public const string Object = "{\"a\":1}";
    public const string Deep = "deep";

    private static readonly (string Change, string Raw)[] Replacements =
    [
        (Null, "null"),
        (Truth, "true"),
        (Negative, "-1"),
        (Fraction, "1.5"),
        (Huge, "1e30"),
        (Empty, "\"\""),
        (Text, "\"text\""),
        (Surrogate, "\"\\ud800\""),
        (Long, $"\"{new string('x', 100_000)}\""),
        (EmptyArray, "[]"),
        (EmptyObject, "{}"),
        (Array, "[1]"),
        (Object, "{\"a\":1}"),
        (Deep, new string('[', 10_000) + new string(']', 10_000)),
    ];

    public static IReadOnlyList<string> Names { get; } =
    [Absent, Twice, TwiceThenNull, .. Replacements.Select(replacement => replacement.Change)];

    /// <summary>Where, without the numbers of elements: <c>results[].clicks</c>.</summary>
    public string Member => Numbers().Replace(Path, "[]");

    /// <summary>Short, for what a test says when it fails.</summary>
    public override string ToString() => $"{Path} {Change}";

    /// <summary>Every change of every member and element of a sample.</summary>
    public static IEnumerable<JsonChange> Of(string sample)
    {
        using var document = JsonDocument.Parse(sample);
        var root = document.RootElement.Clone();
        return [.. from path in Paths(root, "") from change in Names select new JsonChange(path, change, Write(root, "", path, change))];
    }

    private static IEnumerable<string> Paths(JsonElement element, string path) =>
        element.ValueKind switch
        {
            JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(member => Paths(member.Value, Below(path, member.Name)).Prepend(Below(path, member.Name))),
            JsonValueKind.Array => element
                .EnumerateArray()
                .Index()
                .SelectMany(item => Paths(item.Item, At(path, item.Index)).Prepend(At(path, item.Index))),
            _ => [],
        };

    private static string Write(JsonElement element, string path, string target, string change) =>
        element.ValueKind switch
        {
            JsonValueKind.Object =>
                $"{{{string.Join(',', element.EnumerateObject().SelectMany(member => Values(member.Value, Below(path, member.Name), target, change).Select(value => $"\"{member.Name}\":{value}")))}}}",
            JsonValueKind.Array =>
                $"[{string.Join(',', element.EnumerateArray().Index().SelectMany(item => Values(item.Item, At(path, item.Index), target, change)))}]",
            _ => element.GetRawText(),
        };

    private static string[] Values(JsonElement element, string path, string target, string change) =>
        path != target
            ? [Write(element, path, target, change)]
            : change switch
            {
                Absent => [],
                Twice => [element.GetRawText(), element.GetRawText()],
                TwiceThenNull => [element.GetRawText(), "null"],
                _ => [Replacements.Single(replacement => replacement.Change == change).Raw],
            };

    private static string Below(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]");

    [GeneratedRegex(@"\[\d+\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();
}
