using Exporter.EndToEnd.Fixtures;

namespace Exporter.EndToEnd;

public sealed class CommandsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Healthcheck_asks_the_address_of_its_flag_or_of_the_environment()
    {
        await using var exporter = await ExporterProcess.StartAsync(_directory, ["--demo"]);
        var address = exporter.Address.Authority;
        string[] healthcheck = ["healthcheck", $"--web.listen-address={address}"];
        var twin = new Dictionary<string, string>(StringComparer.Ordinal) { ["SENDGRID_EXPORTER_WEB_LISTEN_ADDRESS"] = address };

        // It waits for an answer for four seconds, in which a busy machine may not get to it.
        await Eventually.TrueAsync(async () => await ExporterProcess.RunAsync(healthcheck) is (0, "healthy\n", ""));
        await Eventually.TrueAsync(async () => await ExporterProcess.RunAsync(["healthcheck"], twin) is (0, "healthy\n", ""));

        await exporter.StopAsync();
        var (exitCode, output, error) = await ExporterProcess.RunAsync(healthcheck);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(address, error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--version", "0.")]
    [InlineData("--help", "serve")]
    [InlineData("serve --help", "--web.listen-address")]
    [InlineData("check --help", "--config.file")]
    [InlineData("healthcheck --help", "--web.listen-address")]
    public async Task Who_asks_for_help_or_the_version_is_answered(string arguments, string told)
    {
        var (exitCode, output, error) = await ExporterProcess.RunAsync(arguments.Split(' '));

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains(told, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_says_that_a_good_configuration_is_good()
    {
        var file = _directory.Write(
            "good.yml",
            $"""
            accounts:
              - api_key_file: {_directory.Write("key", "SG.any.thing\n")}

            """
        );

        var (exitCode, output, error) = await ExporterProcess.RunAsync(["check", "--config.file", file]);

        Assert.Equal((0, ""), (exitCode, error));
        Assert.Contains("good", output, StringComparison.Ordinal);
    }
}
