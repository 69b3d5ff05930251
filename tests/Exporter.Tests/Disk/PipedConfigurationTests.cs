using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.SendGrid.Keys;
using Exporter.Tests.Configuration;

namespace Exporter.Tests.Disk;

/// <summary>Configurations and keys that come from pipes, as from <c>sops exec-file</c> and from <c>&lt;(…)</c> of a shell.</summary>
public sealed class PipedConfigurationTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Pipes_are_read_by_the_first_reading_and_stand_for_what_they_gave_in_all_others()
    {
        var (configuration, key) = (Pipes.Make(In("config.yml")), Pipes.Make(In("key")));
        var writing = Task.WhenAll(
            Pipes.WriteAsync(configuration, "accounts: [{api_key_file: key}, {api_key_file: key, name: b}]"),
            Pipes.WriteAsync(key, Files.Key)
        );
        var source = ReloadSource.Create(configuration, static _ => null);

        var first = source.Load();
        await writing;
        var second = source.Load();
        File.Delete(key);
        var third = source.Load();

        Assert.All(
            [first, second, third],
            read =>
            {
                Assert.Contains("accounts[0].name", Files.Printed(read.Problems), StringComparison.Ordinal);
                Assert.Empty(read.Files);
                Assert.Equal(
                    [configuration, key],
                    read.Warnings.Where(warning =>
                            warning.Message.StartsWith("a pipe, so it was read once and is not watched", StringComparison.Ordinal)
                        )
                        .Select(warning => warning.File)
                );
            }
        );
    }

    [Fact]
    public async Task A_key_from_a_pipe_is_not_read_again_for_a_request()
    {
        var key = Pipes.Make(In("key"));
        var writing = Pipes.WriteAsync(key, Files.Key);
        var read = ConfigurationSource.Load(file: null, name => name == "SENDGRID_API_KEY_FILE" ? key : null);
        await writing;

        File.Delete(key);
        await File.WriteAllTextAsync(key, "SG.another.key", TestContext.Current.CancellationToken);

        Assert.Equal(Files.Key, read.Options!.Accounts[0].Api.ApiKey.Reveal());
    }

    [Fact]
    public void A_key_file_that_becomes_a_pipe_leaves_the_good_key_in_use_and_a_reload_is_refused()
    {
        File.WriteAllText(In("key"), Files.Key);
        File.WriteAllText(In("config.yml"), "accounts: [{api_key_file: key}]");
        var source = ReloadSource.Create(In("config.yml"), static _ => null);
        var key = source.Load().Options!.Accounts[0].Api.ApiKey;

        Pipes.Make(In("key"));

        Assert.Equal(Files.Key, key.Reveal());
        Assert.Contains("cannot use \"key\": it is a pipe", Assert.Single(source.Load().Problems).Message, StringComparison.Ordinal);
        Assert.Equal(
            "it is a pipe, and pipes are read only at the start",
            Assert.Throws<FormatException>(() => ApiKey.FromFile(In("key"))).Message
        );
    }

    [Fact]
    public async Task A_web_configuration_and_its_certificate_may_come_from_pipes()
    {
        var (web, hash) = (Pipes.Make(In("web.yml")), BCrypt.Net.BCrypt.HashPassword("x", workFactor: 4));
        var writing = Pipes.WriteAsync(web, $"basic_auth_users: {{alice: {hash}}}");

        var read = WebAccessReader.Load(web, static _ => null);
        await writing;

        Assert.Empty(read.Files);
        Assert.StartsWith($"{web}: a pipe", Assert.Single(read.Warnings), StringComparison.Ordinal);
        Assert.Equal(hash, read.Access!.Users["alice"]);
    }

    private string In(string name) => Path.Combine(_directory, name);
}
