using System.Text;
using CsCheck;
using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class LabelValueTests
{
    private static readonly Gen<string> Runs = Gen.Select(
            Gen.OneOf("a", "é", "€", "\U0001F600", "\ud83d", "\ude00", "\0", "\ufffd"),
            Gen.Int[0, 1100]
        )
        .Array[0, 4]
        .Select(runs => string.Concat(runs.Select(run => new StringBuilder().Insert(0, run.Item1, run.Item2))));

    [Fact]
    public void Any_text_is_cut_at_a_characters_border_to_what_Prometheus_takes() =>
        Gen.OneOf(Gen.String, Runs)
            .Sample(text =>
            {
                var value = LabelValue.Sanitize(text);

                var (whole, shown) = (Encoding.UTF8.GetBytes(text), Encoding.UTF8.GetBytes(value));
                Assert.True(whole.AsSpan().StartsWith(shown));
                Assert.True(shown.Length == whole.Length ? shown.Length <= 1000 : shown.Length is > 996 and <= 1000);
                Assert.Equal(value, Encoding.UTF8.GetString(shown));
                Assert.Same(value, LabelValue.Sanitize(value));
                Assert.True(LabelValue.MayBeCut(value) || shown.Length == whole.Length);
            });

    [Fact]
    public void No_text_of_the_API_gets_into_a_snapshot_uncut()
    {
        var text = new string('x', 2000);

        var campaign = new CampaignSnapshot
        {
            Kind = CampaignKind.SingleSend,
            Id = "id",
            Label = "id",
            Interval = default,
            Name = text,
            Status = text,
            StepNames = [(text + 1, text), (text + 2, text), ("b", "c")],
        };
        var link = Assert.Single(
            LinkTable
                .Empty.ApplyWalk(
                    [new ObservedLink(new EmailKey(text, text), text, text, 1)],
                    new LinksOptions { Url = UrlDisplay.Full },
                    DateTimeOffset.UnixEpoch
                )
                .Links
        );

        Assert.Equal([(text[..1000], text[..1000]), ("b", "c")], campaign.StepNames);
        Assert.All(
            [campaign.Name, campaign.Status, link.Email.StepOrVariation, link.Email.Phase, link.Location, link.Urls[0]],
            value => Assert.Equal(text[..1000], value)
        );
    }
}
