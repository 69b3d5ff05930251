using Exporter.SendGrid;
using Exporter.SendGrid.Keys;

namespace Exporter.Tests.SendGrid;

/// <summary>Every small plan before every small plan: what belongs to an account of the API stays with its key.</summary>
public sealed class GateSuccessionTests
{
    private static readonly string[] Keys = ["first-key", "second-key", "third-key"];

    private static readonly (Uri Server, string? Subuser)[] Places =
    [
        (new Uri("https://api.sendgrid.com"), null),
        (new Uri("https://api.eu.sendgrid.com"), null),
        (new Uri("https://api.sendgrid.com"), "subuser"),
    ];

    public static TheoryData<int, int, int> Sizes => new((3, 2, 2), (2, 3, 3), (3, 3, 1));

    /// <summary>Swapped, split, merged, rotated, renamed, both, two of one key, another server: all of it is among them.</summary>
    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_gate_goes_with_its_key_or_stays_with_its_name_when_the_key_was_replaced(int names, int keys, int places)
    {
        var plans = Plans(["a", "b", "c"], names, Keys[..keys], Places[..places]);
        foreach (var before in plans)
        {
            foreach (var after in plans)
            {
                var said = GateSuccession.Decide(before, [], after);
                var what = $"{Text(before)} -> {Text(after)}: {string.Join(' ', said.Select(static each => each?.ToString() ?? "new"))}";
                Assert.True(IsRight(before, after, said), what);
            }
        }
    }

    /// <summary>Several former accounts may have had a name: the one that was given up last comes first.</summary>
    [Fact]
    public void Of_several_that_fit_the_first_one_is_taken() =>
        Assert.Equal(
            [0],
            GateSuccession.Decide(
                [],
                [Account("a", Keys[0], Places[0]), Account("a", Keys[1], Places[0])],
                [Account("a", Keys[2], Places[0])]
            )
        );

    /// <summary>The rule in plain words, for one account after the other.</summary>
    private static bool IsRight(ApiOptions[] before, ApiOptions[] after, IReadOnlyList<int?> said)
    {
        var taken = said.OfType<int>().ToList();
        if (said.Count != after.Length || taken.Distinct().Count() != taken.Count)
        {
            return false;
        }

        for (var number = 0; number < after.Length; number++)
        {
            var now = after[number];
            var was = said[number] is { } one ? before[one] : null;
            var known = before.Where(each => each.IsAskedAs(now)).ToList();
            var sameName = before.SingleOrDefault(each => each.Name == now.Name);
            if (sameName?.IsAskedAs(now) == true)
            {
                // Nothing has changed for it.
                if (was != sameName)
                {
                    return false;
                }
            }
            else if (was?.IsAskedAs(now) != true)
            {
                // Others of the same key have all gates of it.
                if (known.Exists(each => !OfItsKey(each)))
                {
                    return false;
                }

                // So it is its name's, unless that went on with the former key, for which there was no other left.
                var stays = sameName is not null && (sameName.BaseUrl, sameName.OnBehalfOf) == (now.BaseUrl, now.OnBehalfOf);
                var isGone = stays && was is null && before.Where(sameName!.IsAskedAs).All(each => OfItsKey(each) || IsNamed(each));
                if (!isGone && was != (stays ? sameName : null) || (isGone && !OfItsKey(sameName!)))
                {
                    return false;
                }
            }
        }

        return true;

        bool OfItsKey(ApiOptions former) =>
            said.Zip(after).Any(each => each.First is { } one && before[one] == former && each.Second.IsAskedAs(former));

        bool IsNamed(ApiOptions former) => after.Any(each => each.Name == former.Name);
    }

    /// <summary>
    /// Two accounts share a key file. Which of them had read it again when the reload came decides nothing: both keep what they were told.
    /// </summary>
    [Theory]
    [InlineData(0, 0, 1, 1)]
    [InlineData(1, 0, 1, 1)]
    [InlineData(0, 1, 1, 1)]
    [InlineData(1, 1, 1, 1)]
    [InlineData(0, 0, 0, 1)]
    [InlineData(0, 0, 1, 0)]
    public void Accounts_that_share_a_key_keep_their_gates_whoever_reads_its_file_first(int a, int b, int nextA, int nextB) =>
        Assert.Equal(
            [0, 1],
            GateSuccession.Decide(
                [Account("a", Keys[a], Places[0]), Account("b", Keys[b], Places[0])],
                [],
                [Account("a", Keys[nextA], Places[0]), Account("b", Keys[nextB], Places[0])]
            )
        );

    /// <summary>Of two that shared a key one got another name, and the other one another key.</summary>
    [Fact]
    public void A_renamed_account_takes_its_own_gate_rather_than_that_of_another_name() =>
        Assert.Equal(
            [0, 1],
            GateSuccession.Decide(
                [Account("a", Keys[0], Places[0]), Account("b", Keys[0], Places[0])],
                [],
                [Account("a", Keys[1], Places[0]), Account("c", Keys[0], Places[0])]
            )
        );

    /// <summary>
    /// A key's gate in force goes before one that was given up, because what it was told is newer.
    /// </summary>
    [Fact]
    public void A_gate_that_was_given_up_replaces_none_in_force_of_the_same_key()
    {
        var plans = Plans(["a", "b"], 2, Keys[..2], Places[..1]);
        foreach (var (before, after) in plans.SelectMany(before => plans.Select(after => (before, after))))
        {
            var without = GateSuccession.Decide(before, [], after);
            foreach (var givenUp in new[] { "a", "b", "z" }.SelectMany(name => Keys[..2].Select(key => Account(name, key, Places[0]))))
            {
                var said = GateSuccession.Decide(before, [givenUp], after);
                var what = $"{Text(before)} and {Text([givenUp])} -> {Text(after)}: {string.Join(' ', said)}";
                Assert.All(
                    after.Index(),
                    now =>
                        Assert.True(without[now.Index] is not { } own || !before[own].IsAskedAs(now.Item) || said[now.Index] == own, what)
                );
                Assert.True(
                    !said.Contains(before.Length) || after.Index().Any(now => said[now.Index] == before.Length && IsOf(now.Item)),
                    what
                );

                bool IsOf(ApiOptions now) => givenUp.IsAskedAs(now) || givenUp.Name == now.Name;
            }
        }
    }

    private static List<ApiOptions[]> Plans(string[] names, int count, string[] keys, (Uri Server, string? Subuser)[] places)
    {
        List<ApiOptions[]> plans =
        [
            [],
        ];
        foreach (var name in names[..count])
        {
            var accounts = keys.SelectMany(key => places.Select(place => Account(name, key, place))).ToList();
            plans = [.. plans, .. plans.SelectMany(plan => accounts.Select(account => (ApiOptions[])[.. plan, account]))];
        }

        return plans;
    }

    private static ApiOptions Account(string name, string key, (Uri Server, string? Subuser) place) =>
        new()
        {
            Name = name,
            ApiKey = ApiKey.FromValue(key),
            BaseUrl = place.Server,
            OnBehalfOf = place.Subuser,
        };

    private static string Text(ApiOptions[] plan) =>
        string.Join(
            ", ",
            plan.Select(static each => $"{each.Name}({each.ApiKey.RevealLast()[0]}, {each.BaseUrl.Host[4]}, {each.OnBehalfOf})")
        );
}
