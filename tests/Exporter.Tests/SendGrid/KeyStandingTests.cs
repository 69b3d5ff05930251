using CsCheck;
using Exporter.SendGrid;
using Exporter.SendGrid.Keys;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

public sealed class KeyStandingTests
{
    private static readonly ApiError No = new(FailureReason.Unauthorized, "401");

    [Fact]
    public void Nothing_is_known_before_an_answer() =>
        Assert.Equal((null, false, false), (KeyStanding.Unknown.IsAccepted, KeyStanding.Unknown.IsRefused, KeyStanding.Unknown.IsInDoubt));

    [Fact]
    public void One_refusal_is_no_doubt_two_are_and_three_over_five_seconds_are_believed()
    {
        var one = KeyStanding.Unknown.Accepted().AfterRefusal(No, TimeSpan.Zero);
        Assert.Equal((true, false), (one.IsAccepted, one.IsInDoubt));

        var two = one.AfterRefusal(No, TimeSpan.FromSeconds(0.3));
        Assert.Equal((true, true, TimeSpan.FromSeconds(1.8)), (two.IsAccepted, two.IsInDoubt, two.NextAsk));

        var three = two.AfterRefusal(No, TimeSpan.FromSeconds(1.8));
        Assert.Equal((true, true, TimeSpan.FromSeconds(5)), (three.IsAccepted, three.IsInDoubt, three.NextAsk));

        Assert.Equal(
            (false, false),
            (three.AfterRefusal(No, TimeSpan.FromSeconds(5)).IsAccepted, three.AfterRefusal(No, TimeSpan.FromSeconds(5)).IsInDoubt)
        );
        Assert.True(three.AfterRefusal(No, TimeSpan.FromSeconds(4.9)).IsInDoubt);
    }

    [Fact]
    public void A_key_is_refused_exactly_after_three_refusals_in_a_row_over_five_seconds() =>
        Gen.Select(Gen.Bool, Gen.Int[0, 4000])
            .Array[1, 40]
            .Sample(answers =>
            {
                var (standing, now, row) = (KeyStanding.Unknown, TimeSpan.Zero, new List<TimeSpan>());
                var refused = false;
                foreach (var (accepted, pause) in answers)
                {
                    now += TimeSpan.FromMilliseconds(pause);
                    row = accepted ? [] : [.. row, now];
                    refused = !accepted && (refused || (row.Count >= 3 && now - row[0] >= TimeSpan.FromSeconds(5)));
                    standing = accepted ? standing.Accepted() : standing.AfterRefusal(No, now);
                    Assert.Equal(refused, standing.IsRefused);
                    Assert.Equal(!refused && row.Count > 1, standing.IsInDoubt);
                    Assert.True(!standing.IsInDoubt || standing.NextAsk > now);
                    Assert.Equal(accepted, standing.Refusal is null);
                }
            });
}
