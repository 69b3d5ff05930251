using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Snapshots;
using Exporter.Telemetry;
using Exporter.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace Exporter.Tests.Configuration;

/// <summary>A new file whose reading ran out of memory ended the running program with exit code 1.</summary>
public sealed class ReadingFenceTests
{
    public static TheoryData<string> Causes => ["memory", "wrapped", "bug"];

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task Whatever_goes_wrong_while_a_new_configuration_is_read_refuses_it_and_the_old_one_stays(string cause)
    {
        var good = ConfigurationReader.Read("test.yml", "accounts: [{api_key: SG.x}]", static _ => null);
        var isBroken = false;
        var applied = 0;
        var store = new ConfigurationStore(
            Reloader.Initial("test", good, Moment.Now(TimeProvider.System)),
            new Instruments().ConfigurationFile
        );
        using var reloader = new Reloader(
            new ReloadSource("test", () => isBroken ? throw Thrown(cause) : good),
            good,
            _ =>
            {
                applied++;
                return Task.CompletedTask;
            },
            store,
            TimeProvider.System,
            NullLogger<Reloader>.Instance
        );

        isBroken = true;
        var refused = await reloader.ReloadAsync("test", isAsked: true);

        var problem = Assert.Single(refused.Problems);
        Assert.StartsWith("test: ", problem, StringComparison.Ordinal);
        Assert.Contains(
            cause == "bug" ? "InvalidOperationException" : "there is not enough memory to read it",
            problem,
            StringComparison.Ordinal
        );
        Assert.DoesNotContain("hunter", problem, StringComparison.Ordinal);
        Assert.Equal(0, applied);
        Assert.True(reloader.ReadWhetherChanged());

        isBroken = false;
        Assert.True((await reloader.ReloadAsync("test", isAsked: true)).IsLastReadInForce);
        Assert.Equal(1, applied);
    }

    [Fact]
    public void The_same_goes_for_the_web_configuration()
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, "basic_auth_users: {alice: '${A}'}");

            var refused = WebAccessReader.Load(file, static _ => throw Thrown("memory"));

            Assert.Null(refused.Access);
            Assert.Equal([$"{file}: the web configuration cannot be read: there is not enough memory to read it"], refused.Problems);
            Assert.Equal(file, Assert.Single(refused.Files).Path);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static Exception Thrown(string cause) =>
        cause switch
        {
#pragma warning disable CA2201 // As the runtime throws it.
            "memory" => new OutOfMemoryException(),
            "wrapped" => new AggregateException(new TypeInitializationException("Some.Class", new OutOfMemoryException())),
#pragma warning restore CA2201
            _ => new InvalidOperationException("hunter2"),
        };
}
