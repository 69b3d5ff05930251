using System.Collections.Immutable;
using CsCheck;
using Exporter.Backfill;
using Exporter.Polling;
using Exporter.Snapshots;
using Exporter.Tests.Configuration;
using Exporter.Web;

namespace Exporter.Tests.Snapshots;

/// <summary>Wherever ids meet, upper and lower case make no difference.</summary>
public sealed class IdsTests
{
    private static readonly string[] Words =
    [
        "7b1e0000-0000-4000-8000-00000000000a",
        "7b1e0000-0000-4000-8000-00000000000b",
        "abc",
        "all",
        "step_one",
    ];

    /// <summary>The number of an id, and one of its spellings.</summary>
    private static readonly Gen<(int Number, string Id)> Spelled = Gen.Select(
        Gen.Int[0, Words.Length - 1],
        Gen.Int[0, int.MaxValue],
        static (number, upper) =>
            (
                number,
                string.Concat(Words[number].Select((letter, at) => (upper >> (at % 31) & 1) == 1 ? char.ToUpperInvariant(letter) : letter))
            )
    );

    [Fact]
    public void A_configured_step_is_shown_under_the_id_of_its_other_series() =>
        Gen.Select(Spelled.Array[1, 5], Spelled.Array[0, 6], Spelled.Array[0, 3])
            .Sample(
                static (named, links, statistics) =>
                {
                    named = [.. named.DistinctBy(static step => step.Number)];
                    var steps = string.Join(", ", named.Select(static step => $"{{id: {step.Id}, name: name-{step.Number}}}"));
                    var list = Files
                        .Read($"accounts: [{{api_key: '${{KEY}}', automations: {{list: [{{id: a, steps: [{steps}]}}]}}}}]")
                        .Options!.Accounts[0]
                        .Automations.List;
                    var campaign = new CampaignSnapshot
                    {
                        Kind = CampaignKind.Automation,
                        Id = "a",
                        Label = "a",
                        StepNames = [.. list[0].Steps.Select(static step => (step.Id, step.Name))],
                        Data = new CampaignData
                        {
                            Links = LinkTable.Empty.ApplyWalk(
                                [
                                    .. links.Select(
                                        static (link, at) => new ObservedLink(new EmailKey(link.Id), $"{at}", "https://h.example/", 1)
                                    ),
                                ],
                                new LinksOptions(),
                                Some.Noon
                            ),
                            Statistics = [.. statistics.Select(static step => new EmailStatistics(new EmailKey(step.Id), [1]))],
                        },
                    };

                    var shown = campaign.ShownSteps().ToList();

                    Assert.Equal(shown.Count, shown.DistinctBy(static step => step.StepId, StringComparer.Ordinal).Count());
                    foreach (var (number, id) in links.Concat(statistics))
                    {
                        Assert.Equal(
                            named.Any(step => step.Number == number) ? $"name-{number}" : null,
                            shown.FirstOrDefault(step => step.StepId == id).Name
                        );
                        Assert.Equal(shown.FirstOrDefault(step => step.StepId == id).Name, campaign.NameOfStep(id));
                    }

                    // A step that no walk has seen keeps its name, too.
                    Assert.All(named, step => Assert.Contains(shown, each => each.Name == $"name-{step.Number}"));
                }
            );

    [Fact]
    public void One_id_in_two_spellings_stands_twice_in_a_list() =>
        Gen.Select(Spelled, Spelled)
            .Sample(
                static (one, other) =>
                {
                    var isSame = one.Number == other.Number;
                    foreach (
                        var lists in (string[])
                            [
                                $"exclude: [{one.Id}, {other.Id}]",
                                $"list: [{{id: {one.Id}}}, {{id: {other.Id}}}]",
                                $"list: [{{id: a, steps: [{{id: {one.Id}, name: b}}, {{id: {other.Id}, name: c}}]}}]",
                                $"list: [{{id: {one.Id}}}, {{id: x, name: {other.Id}}}]",
                            ]
                    )
                    {
                        var read = Files.Read($"accounts: [{{api_key: '${{KEY}}', automations: {{{lists}}}}}]");
                        Assert.Equal(isSame, read.Problems.Count == 1);
                    }
                }
            );

    [Fact]
    public void What_is_listed_excluded_configured_and_asked_for_is_found_in_every_spelling() =>
        Gen.Select(Spelled, Spelled, Spelled)
            .Sample(
                static (listed, said, asked) =>
                {
                    var account = new AccountOptions
                    {
                        Api = Some.Api,
                        Automations = new AutomationsOptions { Exclude = [said.Id] },
                    };
                    var filter = new AutomationFilter([asked.Id]);

                    var found = ListDifference.FindWanted(CampaignKind.Automation, [new ListedCampaign(listed.Id)], account, Some.Noon);

                    Assert.Equal(listed.Number != said.Number, found.Count == 1);
                    Assert.Equal(
                        listed.Number == said.Number,
                        new CampaignKey(CampaignKind.Automation, listed.Id) == new CampaignKey(CampaignKind.Automation, said.Id)
                    );
                    Assert.Equal(listed.Number == asked.Number, filter.Matches(listed.Id, configuredName: null));
                    Assert.Equal(listed.Number != asked.Number, filter.Missing.Any());
                }
            );

    /// <summary>Names are told from names by case; a name and an id are not.</summary>
    private static readonly Gen<ImmutableArray<AccountSnapshot>> Accounts = Gen.Select(Spelled, Gen.Int[0, 2], Spelled)
        .Array[0, 4]
        .Array[1, 3]
        .Select(static accounts =>
            accounts
                .Select(
                    static (campaigns, at) =>
                        new AccountSnapshot
                        {
                            Name = $"account-{at}",
                            Campaigns =
                            [
                                .. Distinct(
                                    campaigns.Select(static each => Campaign(each.Item1.Id, each.Item2 == 0 ? each.Item3.Id : null))
                                ),
                            ],
                        }
                )
                .ToImmutableArray()
        );

    [Fact]
    public void A_word_finds_the_automation_that_it_names_and_a_refusal_is_true() =>
        Gen.Select(Accounts, Spelled, Gen.Int[-1, 2])
            .Sample(
                static (accounts, asked, at) =>
                {
                    var within = at < 0 ? "" : $"account-{at}";
                    var all = accounts
                        .Where(account => at < 0 || account.Name == within)
                        .SelectMany(static account => account.Campaigns, static (account, campaign) => (account, campaign))
                        .ToList();

                    var found = AutomationLookup.Find(accounts, asked.Id, within);

                    Assert.Equal(found.Count, found.Select(static each => each.Account.Name).Distinct(StringComparer.Ordinal).Count());
                    var exact = all.Where(each => each.campaign.Label == asked.Id || each.campaign.Id == asked.Id).ToList();
                    var near = all.Where(each => string.Equals(each.campaign.Id, asked.Id, StringComparison.OrdinalIgnoreCase)).ToList();
                    Assert.Equal(exact.Count > 0 ? exact : near, found);
                }
            );

    /// <summary>As the configuration and discovery see to it: within an account no word means two automations.</summary>
    private static List<CampaignSnapshot> Distinct(IEnumerable<CampaignSnapshot> campaigns)
    {
        var words = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var distinct = new List<CampaignSnapshot>();
        foreach (var campaign in campaigns.Where(each => !words.Contains(each.Id) && !words.Contains(each.Label)))
        {
            words.UnionWith([campaign.Id, campaign.Label]);
            distinct.Add(campaign);
        }

        return distinct;
    }

    private static CampaignSnapshot Campaign(string id, string? name) =>
        new()
        {
            Kind = CampaignKind.Automation,
            Id = id,
            Label = name ?? id,
        };
}
