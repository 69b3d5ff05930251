using Exporter.SendGrid;
using Exporter.Snapshots;
using Exporter.Tests.VirtualTime;

namespace Exporter.Tests.SendGrid;

[Collection(nameof(OnVirtualTime))]
public sealed class NamesWithoutEndTests
{
    [Theory]
    [InlineData(1, 10)]
    [InlineData(2_000, 10)]
    [InlineData(2_000, 1_000)]
    [InlineData(50, 90_000)]
    public async Task Names_without_end_are_an_invalid_response(int steps, int length)
    {
        var clock = new VirtualClock();

        // Each automation has another id, so that every page brings something new.
        var next = 0;
        await using var server = new WireServer(_ =>
            WireServer.Ok(
                $"[{string.Join(
                    ',',
                    Enumerable
                        .Range(0, steps == 2_000 ? 20 : 2)
                        .Select(_ =>
                            $$"""{"id":"a{{next++}}","steps":[{{string.Join(
                                ',',
                                Enumerable.Range(0, steps).Select(step => $$"""{"id":"s{{step}}","name":"{{new string('n', length)}}"}""")
                            )}}]}"""
                        )
                )}]"
            )
        );
        var client = Clients.To(server.BaseUrl, clock);
        using var attempt = Clients.Attempt(clock);

        var names = await clock.UntilAsync(UndocumentedNames.ListAsync(client, attempt));

        var held = names.Value?.Names.Sum(name => 1 + name.Steps.Count) ?? 0;
        Assert.InRange(held, 0, AnswerLimits.Rows);
        Assert.Equal(steps == 1 ? null : FailureReason.InvalidResponse, names.Error?.Reason);
    }
}
