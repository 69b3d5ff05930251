using Exporter.Cli;
using Exporter.Hosting;
using Exporter.Telemetry;
using Exporter.Tests.VirtualTime;
using Exporter.Tests.Weather;

namespace Exporter.Tests.Cli;

/// <summary>A key in a place where a name, a path or an address belongs is refused or not, but never repeated.</summary>
[Collection(nameof(OnVirtualTime))]
public sealed class MisplacedKeyTests
{
    private const string Key = "SG.0123456789abcdefghijkl.0123456789abcdefghijklmnopqrstuvwxyz0123456";

    public static TheoryData<string> Commands =>
        [
            $"check --config.file={Key}",
            $"serve --config.file={Key}",
            $"serve --web.config.file={Key}",
            $"serve --web.listen-address={Key}:80",
            $"serve --web.listen-address=unix:/nowhere/{Key}",
            $"serve --web.external-url=http://{Key}/?x",
            $"serve --log.level={Key}",
            $"serve --{Key}",
            $"healthcheck --web.listen-address={Key}:80",
            $"healthcheck --url=http://{Key}/",
            $"backfill --automations={Key}",
            $"backfill --from={Key}",
            $"{Key}",
        ];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_key_in_the_wrong_place_is_not_repeated(string command)
    {
        using var error = new StringWriter();
        using var output = new StringWriter();
        var world = new Surroundings
        {
            Error = error,
            Output = output,
            Environment = static _ => null,
            Log = new LogLines(),
        };

        Assert.NotEqual(0, await CommandLine.RunAsync(command.Split(' '), world));

        Assert.NotEmpty(error.ToString());
        Assert.DoesNotContain(Key[..20], error.ToString() + output, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData($"a {Key} b", "a <secret> b")]
    [InlineData($"http://127.0.0.1/{Key}/", "http://127.0.0.1/<secret>/")]
    [InlineData("SG.short.one and no key", "SG.short.one and no key")]
    [InlineData("", "")]
    public void A_text_is_shown_without_keys(string text, string shown) => Assert.Equal(shown, KeyShape.Hide(text));
}
