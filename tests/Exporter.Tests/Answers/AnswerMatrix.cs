using System.Globalization;
using System.Text;
using Exporter.Tests.SendGrid;

namespace Exporter.Tests.Answers;

/// <summary>
/// A SendGrid of which every answer about a campaign, a list, names or scopes has another one of its members changed, and the configuration
/// that asks for all of it at once: what an answer says of one must not cost another anything.
/// </summary>
internal sealed class AnswerMatrix
{
    /// <summary>The account in which nothing is.</summary>
    public const string Untouched = "untouched";

    /// <summary>A day with numbers, yesterday on the clock of the tests.</summary>
    private const string Day = "2026-03-01";

    private readonly Dictionary<string, string> _campaigns = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Account, string Path), string> _lists = [];
    private readonly List<(AnswerKind? Kind, string Yaml)> _accounts = [];
    private readonly Dictionary<string, string> _accountOf = new(StringComparer.Ordinal);
    private int _number;

    public AnswerMatrix()
    {
        Untouching = (
            Campaign("automations", Answer.AutomationLinks, Answer.AutomationStatistics),
            Campaign("singlesends", Answer.SingleSendLinks, Answer.SingleSendStatistics)
        );
        Links = Changed("automations", Answer.AutomationLinks, changed => (changed, Answer.AutomationStatistics));
        Statistics = Changed("automations", Answer.AutomationStatistics, changed => (Answer.AutomationLinks, changed), IsFewStatistics);
        Days =
        [
            .. JsonChange
                .Of(Answer.Days(Day))
                .Where(IsFewStatistics)
                .Select(changed => (Campaign("automations", Answer.AutomationLinks, Answer.AutomationStatistics, changed.Json), changed)),
        ];
        SingleSendLinks = Changed("singlesends", Answer.SingleSendLinks, changed => (changed, Answer.SingleSendStatistics));
        SingleSendStatistics = Changed(
            "singlesends",
            Answer.SingleSendStatistics,
            changed => (Answer.SingleSendLinks, changed),
            IsFewStatistics
        );
        Campaigns(AnswerKind.Walks, Links.Concat(Statistics), "automations: {discover: false, list: [$]}");
        Campaigns(
            AnswerKind.Walks,
            SingleSendLinks.Concat(SingleSendStatistics),
            "automations: {discover: false}",
            "single_sends: {list: [$]}"
        );
        Campaigns(AnswerKind.Days, Days, "automations: {discover: false, list: [$]}");
        Account(
            kind: null,
            Untouched,
            $"automations: {{list: [{{id: {Untouching.Automation}}}]}}",
            $"single_sends: {{discover: true, list: [{{id: {Untouching.SingleSend}}}]}}"
        );
        Lists = Accounts(AnswerKind.Lists, Answer.AutomationList(Id()), "stats/automations", "automations: {list: [{id: $}]}");
        SingleSendLists = Accounts(
            AnswerKind.Lists,
            Answer.SingleSendList(Id()),
            "singlesends",
            "single_sends: {discover: true}",
            "automations: {discover: false, list: [{id: $}]}"
        );
        Scopes = Accounts(AnswerKind.Scopes, Answer.Scopes, "/v3/scopes", "automations: {discover: false, list: [{id: $}]}");
        Names = NamesAccounts();
    }

    public (string Automation, string SingleSend) Untouching { get; }

    /// <summary>Automations and what is changed of their links.</summary>
    public IReadOnlyList<(string Id, JsonChange Changed)> Links { get; }

    public IReadOnlyList<(string Id, JsonChange Changed)> Statistics { get; }

    /// <summary>Of their statistics by day, which only <c>backfill</c> asks for.</summary>
    public IReadOnlyList<(string Id, JsonChange Changed)> Days { get; }

    public IReadOnlyList<(string Id, JsonChange Changed)> SingleSendLinks { get; }

    public IReadOnlyList<(string Id, JsonChange Changed)> SingleSendStatistics { get; }

    /// <summary>Accounts with an automation of which nothing is changed, and what is changed of their list of automations.</summary>
    public IReadOnlyList<(string Account, string Automation, JsonChange Changed)> Lists { get; }

    public IReadOnlyList<(string Account, string Automation, JsonChange Changed)> SingleSendLists { get; }

    public IReadOnlyList<(string Account, string Automation, JsonChange Changed)> Scopes { get; }

    public IReadOnlyList<(string Account, string Automation, JsonChange Changed)> Names { get; }

    /// <summary>The account of a campaign.</summary>
    public string AccountOf(string id) => _accountOf[id];

    /// <summary>The configuration that asks for these parts, and for the account of which nothing is changed.</summary>
    public string Configuration(Uri baseUrl, params AnswerKind[] kinds) =>
        new StringBuilder("accounts:\n")
            .AppendJoin(
                "",
                _accounts.Where(account => account.Kind is not { } kind || kinds.Contains(kind)).Select(account => account.Yaml)
            )
            .Replace("$base_url", baseUrl.ToString())
            .ToString();

    /// <summary>Answers a request, given its head.</summary>
    public byte[] Respond(string head)
    {
        var target = new Uri(new Uri("http://sendgrid"), head.Split(' ', 3)[1]);
        var account = head.Split("Bearer SG.matrix.", 2)[1].Split('\r', 2)[0];
        var path = target.AbsolutePath;
        var isDay = target.Query.Contains("aggregated_by=day", StringComparison.Ordinal);
        var json =
            _lists.GetValueOrDefault((account, path)) ?? _campaigns.GetValueOrDefault(isDay ? path + "/days" : path) ?? Default(path);
        return json is null ? WireServer.Answer("404 Not Found", "{}") : WireServer.Ok(json);
    }

    private static string? Default(string path) =>
        path switch
        {
            "/v3/scopes" => Answer.Scopes,
            "/v3/marketing/stats/automations" or "/v3/marketing/singlesends" => Answer.Nothing,
            _ => null,
        };

    /// <summary>The twelve are read alike, as <c>StatsPageTests</c> show: two stand for them.</summary>
    private static bool IsFewStatistics(JsonChange changed) =>
        !changed.Member.StartsWith("results[].stats.", StringComparison.Ordinal)
        || changed.Member.EndsWith("opens", StringComparison.Ordinal);

    private List<(string Id, JsonChange Changed)> Changed(
        string kind,
        string sample,
        Func<string, (string Links, string Statistics)> answers,
        Func<JsonChange, bool>? isWanted = null
    ) =>
        [
            .. JsonChange
                .Of(sample)
                .Where(isWanted ?? (static _ => true))
                .Select(changed => (Campaign(kind, answers(changed.Json).Links, answers(changed.Json).Statistics), changed)),
        ];

    private string Campaign(string kind, string links, string statistics, string? days = null)
    {
        var id = Id();
        _campaigns.Add($"/v3/marketing/stats/{kind}/{id}/links", links);
        _campaigns.Add($"/v3/marketing/stats/{kind}/{id}", statistics);
        _campaigns.Add($"/v3/marketing/stats/{kind}/{id}/days", days ?? Answer.Days(Day));
        return id;
    }

    /// <summary>An account for each change of a list, with an automation of its own in the place of <c>$</c>.</summary>
    private List<(string Account, string Automation, JsonChange Changed)> Accounts(
        AnswerKind kind,
        string sample,
        string path,
        params string[] lines
    ) =>
        [
            .. JsonChange
                .Of(sample)
                .Select(changed =>
                    Account(
                        kind,
                        changed,
                        path,
                        changed.Json,
                        Campaign("automations", Answer.AutomationLinks, Answer.AutomationStatistics),
                        lines
                    )
                ),
        ];

    private List<(string Account, string Automation, JsonChange Changed)> NamesAccounts()
    {
        var (first, second) = (Id(), Campaign("automations", Answer.AutomationLinks, Answer.AutomationStatistics));
        return
        [
            .. JsonChange
                .Of(Answer.Names(first, second))
                .Where(static changed => !changed.Path.StartsWith("result[1]", StringComparison.Ordinal))
                .Select(changed =>
                    Account(
                        AnswerKind.Names,
                        changed,
                        "automations",
                        changed.Json,
                        second,
                        ["automations: {names: undocumented-api, list: [{id: $}]}"]
                    )
                ),
        ];
    }

    private (string Account, string Automation, JsonChange Changed) Account(
        AnswerKind kind,
        JsonChange changed,
        string path,
        string json,
        string automation,
        string[] lines
    )
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"account-{++_number}");
        _lists.Add((name, path.StartsWith('/') ? path : $"/v3/marketing/{path}"), json);
        Account(kind, name, [.. lines.Select(line => line.Replace("$", automation, StringComparison.Ordinal))]);
        return (name, automation, changed);
    }

    private void Account(AnswerKind? kind, string name, params string[] lines)
    {
        string[] all =
        [
            $"- name: {name}",
            $"  api_key: SG.matrix.{name}",
            "  base_url: $base_url",
            "  rate: {requests_per_second: 1000, concurrency: 50}",
            .. lines.Select(line => $"  {line}"),
        ];
        _accounts.Add((kind, string.Concat(all.Select(line => $"  {line}\n"))));
    }

    /// <summary>Accounts of fifty campaigns each, in the place of <c>$</c>.</summary>
    private void Campaigns(AnswerKind kind, IEnumerable<(string Id, JsonChange Changed)> campaigns, params string[] lines)
    {
        foreach (var some in campaigns.Chunk(50))
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"account-{++_number}");
            var ids = string.Join(", ", some.Select(static campaign => $"{{id: {campaign.Id}}}"));
            Account(kind, name, [.. lines.Select(line => line.Replace("$", ids, StringComparison.Ordinal))]);
            foreach (var (id, _) in some)
            {
                _accountOf.Add(id, name);
            }
        }
    }

    private string Id() => string.Create(CultureInfo.InvariantCulture, $"00000000-0000-4000-8000-{++_number:x12}");
}
