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
    public void A_gate_goes_with_its_key_and_with_a_name_only_when_the_key_was_replaced(int names, int keys, int places)
    {
        var plans = Plans(["a", "b", "c"], names, Keys[..keys], Places[..places]);
        foreach (var before in plans)
        {
            foreach (var after in plans)
            {
                var said = GateSuccession.Decide(before, after);
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
            GateSuccession.Decide([Account("a", Keys[0], Places[0]), Account("a", Keys[1], Places[0])], [Account("a", Keys[2], Places[0])])
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
            else if (known.Count > 0)
            {
                // The API knows it by another name. Without a gate it is only when others of the same key have all of them.
                var others = after.Count(each => each != now && each.IsAskedAs(now));
                if (was is null ? others < known.Count : !known.Contains(was))
                {
                    return false;
                }
            }
            else
            {
                // No account asked with this key before. When the former key of its name is nowhere else, the key was replaced.
                var isReplaced =
                    sameName is not null
                    && (sameName.BaseUrl, sameName.OnBehalfOf) == (now.BaseUrl, now.OnBehalfOf)
                    && !after.Any(sameName.IsAskedAs);
                if (was != (isReplaced ? sameName : null))
                {
                    return false;
                }
            }
        }

        return true;
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
