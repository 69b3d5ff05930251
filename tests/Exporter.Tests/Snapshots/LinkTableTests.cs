using System.Runtime.InteropServices;
using CsCheck;
using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class LinkTableTests
{
    private static readonly LinksOptions Options = new() { Url = UrlDisplay.Full };

    private static readonly Gen<ObservedLink[]> Walks = Gen.Select(
        Gen.OneOf("a", "b", "all"),
        Gen.OneOf("0", "1", "2", "10", "unknown"),
        Gen.OneOf<string?>("u", "v", null),
        Gen.Long[0, 1000],
        (step, location, url, clicks) => new ObservedLink(new EmailKey(step), location, url, clicks)
    ).Array[0, 40];

    [Fact]
    public void Two_urls_at_one_place_are_one_link_that_shows_both()
    {
        var table = After(Some.Link("a", "0", 3, "https://old.example"), Some.Link("a", "0", 4, "https://new.example"));

        var link = Assert.Single(table.Links);
        Assert.Equal(7, link.Clicks);
        Assert.Equal(["https://new.example", "https://old.example"], link.Urls);
        Assert.Equal(1, table.RowsMerged);
    }

    [Fact]
    public void Urls_that_look_the_same_once_shortened_are_shown_once()
    {
        var rows = new[] { Some.Link("a", "0", 3, "https://shop.example/?a"), Some.Link("a", "0", 4, "https://shop.example/?b") };

        var table = LinkTable.Empty.ApplyWalk(rows, new LinksOptions { Url = UrlDisplay.Path }, Some.Noon);

        Assert.Equal(["https://shop.example/"], Assert.Single(table.Links).Urls);
    }

    [Fact]
    public void Of_many_urls_at_one_place_the_ten_with_most_clicks_are_shown() =>
        Gen.Select(Gen.Int[0, 30], Gen.Int[0, 4], (url, clicks) => Some.Link("a", "0", clicks, $"https://shop.example/{url}?{clicks}"))
            .Array[1, 60]
            .Sample(rows =>
            {
                var link = Assert.Single(LinkTable.Empty.ApplyWalk(rows, new LinksOptions(), Some.Noon).Links);

                var clicks = rows.GroupBy(row => row.Url!.Split('?')[0]).ToDictionary(url => url.Key, url => url.Sum(row => row.Clicks));
                var least = link.Urls.Min(url => clicks[url]);
                Assert.Equal(Math.Min(10, clicks.Count), link.Urls.Length);
                Assert.Equal(link.Urls.Order(StringComparer.Ordinal), link.Urls);
                Assert.All(
                    clicks.Where(url => !link.Urls.Contains(url.Key)),
                    url =>
                        Assert.True(
                            url.Value < least
                                || (
                                    url.Value == least
                                    && link.Urls.Where(shown => clicks[shown] == least)
                                        .All(shown => string.CompareOrdinal(shown, url.Key) < 0)
                                )
                        )
                );
            });

    [Fact]
    public void A_url_that_is_shown_is_a_page_while_one_of_those_that_look_like_it_is()
    {
        const string Shown = "https://shop.example/a",
            Placeholder = $"{Shown}?to={{{{name}}}}",
            Page = $"{Shown}?to=all";
        var path = new LinksOptions { Url = UrlDisplay.Path };

        Assert.Equal([Shown], NoPages(Some.Link("a", "0", 3, Placeholder)));
        Assert.Empty(NoPages(Some.Link("a", "0", 3, Page)));
        Assert.Empty(NoPages(Some.Link("a", "0", 3, Placeholder), Some.Link("a", "0", 4, Page)));
        Assert.Equal(
            [Shown],
            NoPages(
                Some.Link("a", "0", 3, Placeholder),
                Some.Link("a", "0", 3, url: null),
                Some.Link("a", "0", 4, "https://shop.example/b")
            )
        );

        // What was saved when more was shown, under another identity that is the same by now, and after a walk that finds something else.
        var (no, yes) = (After(Some.Link("a", "0", 3, Placeholder)).Links, After(Some.Link("a", "0", 4, Page)).Links);
        Assert.Equal([Shown], Assert.Single(After(Some.Link("a", "0", 3, Placeholder)).WithOptions(path, Some.Noon).Links).UrlsWithoutPage);
        Assert.Equal(
            [Placeholder],
            Assert.Single(LinkTable.Restore([.. no, .. yes], [], rowsMerged: 0, Options, UrlDisplay.Full).Links).UrlsWithoutPage
        );
        Assert.Empty(
            Assert
                .Single(
                    LinkTable
                        .Restore(
                            [
                                .. no.Select(link => link.Narrowed(UrlDisplay.Full, UrlDisplay.Path)),
                                .. yes.Select(link => link.Narrowed(UrlDisplay.Full, UrlDisplay.Path)),
                            ],
                            [],
                            rowsMerged: 0,
                            path,
                            UrlDisplay.Path
                        )
                        .Links
                )
                .UrlsWithoutPage
        );
        Assert.Empty(
            Assert
                .Single(
                    LinkTable
                        .Empty.ApplyWalk([Some.Link("a", "0", 3, Placeholder)], path, Some.Noon)
                        .ApplyWalk([Some.Link("a", "0", 3, Page)], path, Some.Noon)
                        .Links
                )
                .UrlsWithoutPage
        );
        Assert.Equal(
            [Shown],
            Assert
                .Single(
                    LinkTable
                        .Empty.ApplyWalk([Some.Link("a", "0", 3, Page)], path, Some.Noon)
                        .ApplyWalk([Some.Link("a", "0", 3, Placeholder)], path, Some.Noon)
                        .Links
                )
                .UrlsWithoutPage
        );

        IEnumerable<string> NoPages(params ObservedLink[] rows) =>
            Assert.Single(LinkTable.Empty.ApplyWalk(rows, path, Some.Noon).Links).UrlsWithoutPage;
    }

    [Fact]
    public void Five_thousand_urls_at_one_place_are_ten()
    {
        var rows = Enumerable.Range(0, 5000).Select(i => Some.Link("a", "0", i, $"https://shop.example/{i}")).ToArray();

        var link = Assert.Single(After(rows).Links);

        Assert.Equal(rows.Sum(row => row.Clicks), link.Clicks);
        Assert.Equal(Enumerable.Range(4990, 10).Select(i => $"https://shop.example/{i}"), link.Urls);
    }

    /// <summary>Steps and places of any length, cut or not: a series stands for each that is left, and nothing is lost.</summary>
    [Fact]
    public void What_becomes_the_same_by_cutting_is_summed_and_stands_once() =>
        Gen.Select(
                Gen.Select(
                    Gen.OneOf("a", "é", "\U0001F600", "\ud83d", "overflow"),
                    Gen.OneOf(1, 249, 250, 333, 334, 500, 501, 1000, 1001),
                    Gen.OneOf("", "x", "y"),
                    Gen.OneOf("0", "overflow", "unknown"),
                    Gen.Int[1, 9],
                    static (text, times, end, place, clicks) =>
                        new ObservedLink(
                            new EmailKey(string.Concat(Enumerable.Repeat(text, times)) + end),
                            place == "unknown" ? string.Concat(Enumerable.Repeat(text, times)) + end : place,
                            Url: null,
                            clicks
                        )
                ).Array[1, 30],
                Gen.Int[1, 12]
            )
            .Sample(
                (rows, limit) =>
                {
                    var table = LinkTable.Empty.ApplyWalk(rows, new LinksOptions { MaxPerCampaign = limit }, Some.Noon);
                    var restored = LinkTable.Restore(
                        table.Links,
                        [],
                        table.RowsMerged,
                        new LinksOptions { MaxPerCampaign = limit },
                        UrlDisplay.Full
                    );

                    foreach (var each in (LinkTable[])[table, restored])
                    {
                        var series = each
                            .Links.Where(link => link.IsShown)
                            .Select(link => (link.Email, link.Location, link.Clicks))
                            .Concat(each.Overflows.Select(overflow => (overflow.Email, Location: LinkTable.Overflow, overflow.Clicks)))
                            .ToList();
                        Assert.Equal(rows.Sum(row => row.Clicks), series.Sum(link => link.Clicks));
                        Assert.Equal(
                            series.Count,
                            series
                                .Select(link => System.Text.Encoding.UTF8.GetBytes($"{link.Email.StepOrVariation}\n{link.Location}"))
                                .Select(Convert.ToHexString)
                                .Distinct()
                                .Count()
                        );
                        Assert.Equal(rows.Length, each.Links.Length + each.RowsMerged);
                    }
                }
            );

    [Fact]
    public void Links_of_an_older_version_that_are_the_same_by_now_are_one()
    {
        var (email, place) = (new EmailKey("a"), new string('p', 1000));
        Link[] links =
        [
            .. Enumerable
                .Range(0, 20)
                .Select(i => new Link(email, $"{place}{i}", i, [$"https://shop.example/{i:00}"], Some.Noon.AddMinutes(-i), IsShown: true)),
        ];

        var table = LinkTable.Restore(
            links,
            links.Select(link => new VanishedLink(link, Some.Noon)),
            rowsMerged: 1,
            Options,
            UrlDisplay.Full
        );

        var link = Assert.Single(table.Links);
        Assert.Equal((place, 190L, Some.Noon, 20), (link.Location, link.Clicks, link.LastIncrease!.Value, table.RowsMerged));
        Assert.Equal(10, link.Urls.Length);
        Assert.Empty(table.Vanished);
    }

    [Fact]
    public void Of_links_that_are_the_same_by_now_the_latest_increase_counts_and_one_is_enough()
    {
        Assert.Equal(Some.Noon, Increase(null, Some.Noon));
        Assert.Equal(Some.Noon, Increase(Some.Noon, null));
        Assert.Equal(Some.Noon, Increase(Some.Noon, Some.Noon.AddHours(-1)));
        Assert.Equal(Some.Noon, Increase(Some.Noon.AddHours(-1), Some.Noon));
        Assert.Null(Increase(null, null));

        static DateTimeOffset? Increase(params DateTimeOffset?[] increases)
        {
            var link = Assert.Single(After(Some.Link("a", "0", 3)).Links);
            var links = increases.Select(increase => link with { LastIncrease = increase });
            return Assert.Single(LinkTable.Restore(links, [], rowsMerged: 0, Options, UrlDisplay.Full).Links).LastIncrease;
        }
    }

    [Theory]
    [InlineData(nameof(UrlDisplay.Host), nameof(UrlDisplay.Full), nameof(UrlDisplay.Host))]
    [InlineData(nameof(UrlDisplay.Full), nameof(UrlDisplay.Host), nameof(UrlDisplay.Host))]
    [InlineData(nameof(UrlDisplay.Path), nameof(UrlDisplay.Path), nameof(UrlDisplay.Path))]
    public void A_restored_table_knows_no_more_of_a_url_than_was_saved_and_than_may_be_shown(string saved, string allowed, string known) =>
        Assert.Equal(
            Enum.Parse<UrlDisplay>(known),
            LinkTable
                .Restore([], [], rowsMerged: 0, new LinksOptions { Url = Enum.Parse<UrlDisplay>(allowed) }, Enum.Parse<UrlDisplay>(saved))
                .Display
        );

    [Fact]
    public void The_biggest_of_the_vanished_links_are_remembered()
    {
        var gone = After(Some.Link("a", "0", 1), Some.Link("a", "1", 9), Some.Link("a", "2", 5))
            .Links.Select(link => new VanishedLink(link, Some.Noon));

        Assert.Equal(
            ["1", "2"],
            LinkTable
                .Restore([], gone, rowsMerged: 0, Options with { MaxPerCampaign = 2 }, UrlDisplay.Full)
                .Vanished.Select(vanished => vanished.Link.Location)
        );
    }

    [Fact]
    public void An_increase_that_was_saved_is_so_until_there_is_another()
    {
        var saved = After(Some.Link("a", "0", 3))
            .ApplyWalk([Some.Link("a", "0", 4)], Options, Some.Noon)
            .Resumed(Options.MissingGrace, Some.Noon);

        Assert.True(Walk(saved, 4));
        Assert.True(Walk(saved, 3));
        Assert.False(Walk(saved, 5));

        static bool Walk(LinkTable table, long clicks) =>
            Assert.Single(table.ApplyWalk([Some.Link("a", "0", clicks)], Options, Some.Noon.AddHours(1)).Links).IsIncreaseSaved;
    }

    [Fact]
    public void The_sum_over_the_series_is_the_sum_over_the_rows() =>
        Gen.Select(Walks, Gen.Int[1, 12])
            .Sample(
                (rows, limit) =>
                {
                    var table = LinkTable.Empty.ApplyWalk(rows, new LinksOptions { MaxPerCampaign = limit }, Some.Noon);
                    var shown = table.Links.Where(link => link.IsShown).ToList();

                    Assert.Equal(
                        rows.Sum(row => row.Clicks),
                        shown.Sum(link => link.Clicks) + table.Overflows.Sum(overflow => overflow.Clicks)
                    );
                    Assert.Equal(rows.Length, table.Links.Length + table.RowsMerged);
                    Assert.Equal(table.Links.Length, shown.Count + table.OverflowLinkCount);
                    Assert.True(shown.Count <= limit);
                    Assert.Equal(table.Links.Length, table.Links.Select(link => (link.Email, link.Location)).Distinct().Count());
                    foreach (var step in rows.GroupBy(row => row.Email))
                    {
                        var series =
                            shown.Where(link => link.Email == step.Key).Sum(link => link.Clicks)
                            + table.Overflows.Where(overflow => overflow.Email == step.Key).Sum(overflow => overflow.Clicks);
                        Assert.Equal(step.Sum(row => row.Clicks), series);
                    }
                }
            );

    [Fact]
    public void The_biggest_links_keep_their_series()
    {
        var table = LinkTable.Empty.ApplyWalk(
            [Some.Link("a", "0", 5), Some.Link("a", "1", 50), Some.Link("b", "0", 20), Some.Link("b", "1", 1)],
            new LinksOptions { MaxPerCampaign = 2 },
            Some.Noon
        );

        Assert.Equal([50, 20], table.Links.Where(link => link.IsShown).Select(link => link.Clicks));
        Assert.Equal([(new EmailKey("a"), 5L), (new EmailKey("b"), 1L)], table.Overflows);
        Assert.Equal(2, table.OverflowLinkCount);
    }

    [Fact]
    public void Of_links_that_are_clicked_alike_the_first_ones_keep_their_series()
    {
        var table = LinkTable.Empty.ApplyWalk(
            [Some.Link("a", "10", 5), Some.Link("a", "2", 5), Some.Link("b", "0", 5)],
            new LinksOptions { MaxPerCampaign = 1 },
            Some.Noon
        );

        Assert.Equal("2", Assert.Single(table.Links, link => link.IsShown).Location);
    }

    [Fact]
    public void Links_stand_in_the_order_of_their_emails_and_places() =>
        Assert.Equal(
            ["a 0", "a 2", "a 10", "a 11", "a unknown", "b 1"],
            After(
                Some.Link("b", "1", 9),
                Some.Link("a", "11", 1),
                Some.Link("a", "unknown", 8),
                Some.Link("a", "10", 5),
                Some.Link("a", "2", 7),
                Some.Link("a", "0", 6)
            )
                .Links.Select(link => $"{link.Email.StepOrVariation} {link.Location}")
        );

    [Fact]
    public void An_increase_is_dated_by_the_walk_that_found_it_and_never_at_first_sight()
    {
        var first = After(Some.Link("a", "0", 5));
        var still = first.ApplyWalk([Some.Link("a", "0", 5)], Options, Some.Noon.AddMinutes(5));
        var more = still.ApplyWalk([Some.Link("a", "0", 6)], Options, Some.Noon.AddMinutes(10));
        var corrected = more.ApplyWalk([Some.Link("a", "0", 4)], Options, Some.Noon.AddMinutes(15));

        Assert.Null(Assert.Single(first.Links).LastIncrease);
        Assert.Null(Assert.Single(still.Links).LastIncrease);
        Assert.Equal(Some.Noon.AddMinutes(10), Assert.Single(more.Links).LastIncrease);
        Assert.Equal(Some.Noon.AddMinutes(10), Assert.Single(corrected.Links).LastIncrease);
    }

    [Fact]
    public void A_link_that_vanished_is_remembered_for_the_grace_time_and_forgotten_when_it_comes_back()
    {
        var before = After(Some.Link("a", "0", 5), Some.Link("a", "1", 6));
        var gone = before.ApplyWalk([Some.Link("a", "0", 5)], Options, Some.Noon.AddHours(1));
        var back = gone.ApplyWalk([Some.Link("a", "0", 5), Some.Link("a", "1", 7)], Options, Some.Noon.AddHours(2));
        var remembered = gone.ApplyWalk([Some.Link("a", "0", 5)], Options, Some.Noon.AddHours(24));
        var forgotten = remembered.ApplyWalk([Some.Link("a", "0", 5)], Options, Some.Noon.AddHours(25));

        var vanished = Assert.Single(gone.Vanished);
        Assert.Equal(("1", Some.Noon.AddHours(25)), (vanished.Link.Location, vanished.ShownUntil));
        Assert.Single(gone.Links);
        Assert.Empty(back.Vanished);
        Assert.Equal(Some.Noon.AddHours(2), back.Links[1].LastIncrease);
        Assert.Same(ImmutableCollectionsMarshal.AsArray(gone.Vanished), ImmutableCollectionsMarshal.AsArray(remembered.Vanished));
        Assert.Empty(forgotten.Vanished);
    }

    [Fact]
    public void A_link_without_a_series_of_its_own_vanishes_without_a_trace()
    {
        var before = LinkTable.Empty.ApplyWalk(
            [Some.Link("a", "0", 5), Some.Link("a", "1", 6)],
            new LinksOptions { MaxPerCampaign = 1 },
            Some.Noon
        );

        Assert.Empty(before.ApplyWalk([Some.Link("a", "1", 6)], Options, Some.Noon).Vanished);
    }

    [Fact]
    public void Under_other_options_the_same_links_are_shown_as_they_say()
    {
        var before = After(
            Some.Link("a", "0", 5, "https://shop.example/x?u=1"),
            Some.Link("a", "0", 5, "https://shop.example/x?u=2"),
            Some.Link("a", "1", 6)
        );

        var table = before.WithOptions(new LinksOptions { Url = UrlDisplay.Path, MaxPerCampaign = 1 }, Some.Noon);

        Assert.Equal(["https://shop.example/x"], table.Links[0].Urls);
        Assert.Equal([true, false], table.Links.Select(link => link.IsShown));
        Assert.Equal((1, 1), (table.RowsMerged, table.OverflowLinkCount));
    }

    [Theory]
    [InlineData(1, 3)]
    [InlineData(48, 24)]
    public void A_shorter_grace_time_applies_at_once_and_a_longer_one_to_the_next_missing_link(int grace, int until)
    {
        var gone = After(Some.Link("b", "0", 5, "https://shop.example/?u=1"), Some.Link("a", "0", 5)).ApplyWalk([], Options, Some.Noon);

        var table = gone.WithOptions(new LinksOptions { MissingGrace = TimeSpan.FromHours(grace) }, Some.Noon.AddHours(2));

        Assert.Equal(["a", "b"], table.Vanished.Select(vanished => vanished.Link.Email.StepOrVariation));
        Assert.Equal(["https://shop.example/"], table.Vanished[1].Link.Urls);
        Assert.All(table.Vanished, vanished => Assert.Equal(Some.Noon.AddHours(until), vanished.ShownUntil));
    }

    [Fact]
    public void The_order_of_rows_makes_no_difference() =>
        Walks.Sample(rows =>
        {
            var backwards = rows.Reverse().ToArray();
            Assert.Equal(Describe(After(rows)), Describe(After(backwards)));
        });

    [Fact]
    public void Tables_share_unchanged_parts_and_keep_their_layout_token_while_only_numbers_change()
    {
        var first = After(Some.Link("a", "0", 5, "https://u.example"), Some.Link("a", "1", 6, "https://v.example"), Some.Link("b", "0", 7));

        var same = first.ApplyWalk(
            [
                Some.Link(Copy("b"), "0", 7),
                Some.Link(Copy("a"), "1", 6, "https://v.example"),
                Some.Link(Copy("a"), "0", 5, "https://u.example"),
            ],
            Options,
            Some.Noon
        );
        var clicked = same.ApplyWalk(
            [
                Some.Link(Copy("a"), "0", 5, "https://u.example"),
                Some.Link(Copy("a"), "1", 8, "https://v.example"),
                Some.Link(Copy("b"), "0", 7),
            ],
            Options,
            Some.Noon
        );
        var edited = clicked.ApplyWalk(
            [Some.Link("a", "0", 5, "https://w.example"), Some.Link("a", "1", 8, "https://v.example"), Some.Link("b", "0", 7)],
            Options,
            Some.Noon
        );
        var gone = edited.ApplyWalk(
            [Some.Link("a", "0", 5, "https://w.example"), Some.Link("a", "1", 8, "https://v.example")],
            Options,
            Some.Noon
        );

        Assert.Same(ImmutableCollectionsMarshal.AsArray(first.Links), ImmutableCollectionsMarshal.AsArray(same.Links));
        Assert.Same(first.Layout, same.Layout);
        Assert.Same(same.Links[0], clicked.Links[0]);
        Assert.Same(same.Layout, clicked.Layout);
        Assert.NotSame(clicked.Layout, edited.Layout);
        Assert.NotSame(edited.Layout, gone.Layout);

        static string Copy(string text) => new(text.AsSpan());
    }

    [Fact]
    public void The_shape_tells_that_another_link_is_shown_or_stands_in_another_place()
    {
        var one = new LinksOptions { MaxPerCampaign = 1 };
        var first = LinkTable.Empty.ApplyWalk([Some.Link("a", "0", 5), Some.Link("a", "1", 6)], one, Some.Noon);

        var overtaken = first.ApplyWalk([Some.Link("a", "0", 7), Some.Link("a", "1", 6)], one, Some.Noon);
        var moved = overtaken.ApplyWalk([Some.Link("a", "0", 7), Some.Link("a", "2", 6)], one, Some.Noon);
        var otherEmail = moved.ApplyWalk([Some.Link("b", "0", 7), Some.Link("b", "2", 6)], one, Some.Noon);

        Assert.Distinct([first.Layout, overtaken.Layout, moved.Layout, otherEmail.Layout]);
    }

    [Fact]
    public void The_links_of_an_email_share_its_text()
    {
        var rows = Enumerable.Range(0, 3).Select(i => Some.Link(new string('a', 36), i.ToString(), 1)).ToArray();

        var walked = After(rows);
        var restored = LinkTable.Restore(
            rows.Select(row => new Link(row.Email, row.Location, 1, [], LastIncrease: null, IsShown: true)),
            [],
            0,
            Options,
            UrlDisplay.Full
        );

        Assert.All(
            [.. walked.Links, .. walked.ApplyWalk(rows, Options, Some.Noon).Links],
            link => Assert.Same(walked.Links[0].Email.StepOrVariation, link.Email.StepOrVariation)
        );
        Assert.All(restored.Links, link => Assert.Same(restored.Links[0].Email.StepOrVariation, link.Email.StepOrVariation));
    }

    [Fact]
    public void A_new_link_takes_over_the_text_of_the_email_that_is_known()
    {
        var before = After(Some.Link(new string('a', 36), "1", 1));

        var after = before.ApplyWalk([Some.Link(new string('a', 36), "0", 1), Some.Link(new string('a', 36), "1", 1)], Options, Some.Noon);

        Assert.All(after.Links, link => Assert.Same(before.Links[0].Email.StepOrVariation, link.Email.StepOrVariation));
    }

    private static string Describe(LinkTable table) =>
        string.Join(
            '\n',
            table.Links.Select(link => $"{link.Email} {link.Location} {link.Clicks} {string.Join(' ', link.Urls)} {link.IsShown}")
        );

    private static LinkTable After(params ObservedLink[] rows) => LinkTable.Empty.ApplyWalk(rows, Options, Some.Noon);
}
