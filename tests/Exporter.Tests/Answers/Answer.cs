using Exporter.Snapshots;
using static Exporter.Tests.Answers.JsonChange;

namespace Exporter.Tests.Answers;

/// <summary>
/// The answers of the API as it documents them, and what becomes of an attempt when a member of one is otherwise (SendGrid/README.md).
/// </summary>
internal static class Answer
{
    public const string Good = "good";

    private const string Invalid = "invalid_response";

    private const string Metadata = """ "_metadata":{"next":"","count":1}""";

    private static readonly string Numbers = string.Join(',', EmailStatistics.Names.Select((name, number) => $"\"{name}\":{number + 1}"));

    public const string AutomationLinks =
        $$"""{"results":[{"url":"https://shop.example/offer","url_location":3,"step_id":"s","clicks":5}],"total_clicks":5,{{Metadata}}}""";

    public static readonly string AutomationStatistics =
        $$$"""{"results":[{"id":"a","aggregation":"total","step_id":"s","stats":{{{{Numbers}}}}}],{{{Metadata}}}}""";

    public const string SingleSendLinks =
        $$"""{"results":[{"url":"https://shop.example/offer","url_location":3,"ab_variation":"v","ab_phase":"test","clicks":5}],"total_clicks":5,{{Metadata}}}""";

    public static readonly string SingleSendStatistics =
        $$$"""{"results":[{"id":"a","aggregation":"total","ab_variation":"v","ab_phase":"test","stats":{{{{Numbers}}}}}],{{{Metadata}}}}""";

    public const string Scopes = """{"scopes":["marketing.automation.read","marketing.read"]}""";

    public const string Nothing = """{"results":[],"result":[]}""";

    /// <summary>A day's numbers of the same step.</summary>
    public static string Days(string day) => AutomationStatistics.Replace("total", day, StringComparison.Ordinal);

    /// <summary>A list of automations that names this one.</summary>
    public static string AutomationList(string id) =>
        $$$"""{"results":[{"id":"{{{id}}}","aggregation":"total","step_id":"all","stats":{}}],{{{Metadata}}}}""";

    /// <summary>A list of Single Sends that names this one.</summary>
    public static string SingleSendList(string id) =>
        $$"""{"result":[{"id":"{{id}}","name":"Sale","status":"triggered","send_at":"2026-03-01T00:00:00Z","is_abtest":false}],{{Metadata}}}""";

    /// <summary>The undocumented list: what is changed of the first one must not cost the second one its name.</summary>
    public static string Names(string first, string second) =>
        $$"""{"result":[{"id":"{{first}}","name":"First","steps":[{"id":"s","name":"Day 1"}]},{"id":"{{second}}","name":"Second","steps":[{"id":"s","name":"Day 2"}]}]}""";

    /// <summary><see cref="Good"/>, or the reason of the failure.</summary>
    public static string OfWalk(JsonChange changed) =>
        changed.Change == Deep
            ? Invalid
            : changed.Member switch
            {
                "results" => changed.Change is Twice or TwiceThenNull or Null or EmptyArray ? Good : Invalid,
                "results[]" => changed.Change is Absent or Twice || (IsObject(changed) && !IsLinks(changed)) ? Good : Invalid,
                "results[].clicks" => changed.Change is Twice ? Good : Invalid,
                "results[].stats" => IsNothing(changed) || changed.Change is Twice ? Good : Invalid,
                _ when changed.Member.StartsWith("results[].stats.", StringComparison.Ordinal) => changed.Change
                    is Absent
                        or Twice
                        or TwiceThenNull
                        or Null
                    ? Good
                    : Invalid,
                _ => OfMetadata(changed),
            };

    /// <summary>The same of a list of campaigns, in which a row costs nothing but itself.</summary>
    public static string OfList(JsonChange changed) =>
        changed.Change == Deep
            ? Invalid
            : changed.Member switch
            {
                "results" or "result" => changed.Change is Twice or TwiceThenNull or Null or EmptyArray or JsonChange.Array
                    ? Good
                    : Invalid,
                _ => OfMetadata(changed),
            };

    /// <summary>How many of the twelve statistics are shown after a good walk.</summary>
    public static int Statistics(JsonChange changed) =>
        changed.Member switch
        {
            "results" => changed.Change is Twice ? 12 : 0,
            "results[]" => changed.Change is Twice ? 12 : 0,
            "results[].stats" => changed.Change is Twice ? 12 : 0,
            _ when changed.Member.StartsWith("results[].stats.", StringComparison.Ordinal) => changed.Change is Twice ? 12 : 11,
            _ => 12,
        };

    private static string OfMetadata(JsonChange changed) =>
        changed.Member switch
        {
            "_metadata" => IsNothing(changed) || changed.Change is Twice ? Good : Invalid,
            "_metadata.next" => changed.Change switch
            {
                Absent or Twice or TwiceThenNull or Null or Empty => Good,
                // A link to a page that is not there.
                Text or Long => "incomplete",
                _ => Invalid,
            },
            _ => Good,
        };

    private static bool IsNothing(JsonChange changed) =>
        changed.Change is Absent or Null or TwiceThenNull || changed.Change is EmptyArray || IsObject(changed);

    private static bool IsObject(JsonChange changed) => changed.Change is EmptyObject or JsonChange.Object;

    private static bool IsLinks(JsonChange changed) => changed.Json.Contains("total_clicks", StringComparison.Ordinal);
}
