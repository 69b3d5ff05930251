using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class ConfigurationSourceTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_file_is_read_and_its_problems_carry_its_name()
    {
        var file = Write("config.yml", "accounts: []");

        Assert.Equal($"{file}:1:11: accounts: expected at least one account, found none", Assert.Single(Load(file).Problems).ToString());
    }

    [Fact]
    public void A_relative_key_file_begins_at_the_configuration_files_directory()
    {
        Write("key", $"  {Files.Key}\n");
        var file = Write("config.yml", "accounts: [{api_key_file: key}]");

        var result = Load(file);

        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
        var key = result.Options!.Accounts[0].Api.ApiKey;
        Assert.Equal(Files.Key, key.Reveal());
        Assert.Equal(Path.Combine(_directory, "key"), key.File);
    }

    [Fact]
    public void A_key_file_with_more_than_a_key_is_a_problem_that_does_not_show_it()
    {
        Write("key", "hunter2 hunter2");
        var file = Write("config.yml", "accounts: [{api_key_file: key}]");

        var message = Assert.Single(Load(file).Problems).Message;

        Assert.Contains("cannot use \"key\"", message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_a_problem()
    {
        var file = Path.Combine(_directory, "none.yml");

        Assert.Equal($"{file}: the configuration cannot be read: there is no such file", Assert.Single(Load(file).Problems).ToString());
    }

    [Fact]
    public void A_directory_is_a_problem() =>
        Assert.Equal(
            $"{_directory}: the configuration cannot be read: it is a directory",
            Assert.Single(Load(_directory).Problems).ToString()
        );

    [Fact]
    public void A_file_that_is_not_text_is_a_problem()
    {
        var file = Path.Combine(_directory, "latin1.yml");
        File.WriteAllBytes(file, [(byte)'a', 0xE9, (byte)'b']);

        Assert.Equal($"{file}: the configuration cannot be read: it is not UTF-8", Assert.Single(Load(file).Problems).ToString());
    }

    [Fact]
    public void A_file_without_end_is_a_problem_and_no_trap() =>
        Assert.Contains("it is a device", Assert.Single(Load("/dev/zero").Problems).Message, StringComparison.Ordinal);

    [Fact]
    public void Without_a_file_a_key_in_the_environment_is_one_unnamed_account_with_discovery()
    {
        var result = Load(file: null, ("SENDGRID_API_KEY", Files.Key), ("SENDGRID_API_KEY_FILE", ""));

        Assert.Empty(result.Problems);
        Assert.Empty(result.Warnings);
        var account = Assert.Single(result.Options!.Accounts);
        Assert.Null(account.Api.Name);
        Assert.Equal(Files.Key, account.Api.ApiKey.Reveal());
        Assert.Equal(new Uri("https://api.sendgrid.com"), account.Api.BaseUrl);
        Assert.True(account.Automations.Discover);
        Assert.False(account.SingleSends.Discover);
    }

    [Fact]
    public void Without_a_file_the_key_may_come_from_a_key_file_and_the_address_from_the_environment()
    {
        var key = Write("key", Files.Key);

        var result = Load("", ("SENDGRID_API_KEY_FILE", key), ("SENDGRID_BASE_URL", "http://localhost:8080"));

        var account = Assert.Single(result.Options!.Accounts).Api;
        Assert.Equal(key, account.ApiKey.File);
        Assert.Equal(new Uri("http://localhost:8080"), account.BaseUrl);
    }

    [Fact]
    public void An_address_in_the_environment_is_looked_at_as_one_in_a_file() =>
        Assert.Equal(
            "environment: SENDGRID_BASE_URL: SendGrid documents the statistics of Marketing Campaigns for its global host only, not for "
                + "api.eu.sendgrid.com",
            Files.Printed(Load("", ("SENDGRID_API_KEY", Files.Key), ("SENDGRID_BASE_URL", "https://API.eu.sendgrid.com")).Warnings)
        );

    [Fact]
    public void Without_a_file_and_without_a_key_the_message_says_both_ways() =>
        Assert.Equal(
            "environment: no configuration: name a file with --config.file, or set SENDGRID_API_KEY or SENDGRID_API_KEY_FILE to poll "
                + "every automation of one account; --demo needs neither",
            Assert.Single(Load(file: null, ("SENDGRID_API_KEY", "")).Problems).ToString()
        );

    [Fact]
    public void A_key_and_a_key_file_at_once_are_a_problem() =>
        Assert.Equal(
            "environment: SENDGRID_API_KEY and SENDGRID_API_KEY_FILE are both set, expected one of them",
            Assert.Single(Load(file: null, ("SENDGRID_API_KEY", Files.Key), ("SENDGRID_API_KEY_FILE", "/key")).Problems).ToString()
        );

    [Fact]
    public void All_that_is_wrong_with_the_environment_is_said_at_once_and_without_the_key()
    {
        var result = Load(file: null, ("SENDGRID_API_KEY", "\"hunter2\""), ("SENDGRID_BASE_URL", "http://me:hunter2@api.sendgrid.com"));

        Assert.Equal(
            """
            environment: SENDGRID_API_KEY: expected an API key (printable ASCII without spaces and quotes), found quotes
            environment: SENDGRID_BASE_URL: expected an https URL of scheme and host only, or http for a loopback host, found <secret>
            """,
            Files.Printed(result.Problems)
        );
    }

    [Theory]
    [InlineData("/no/such/key", "a file name of 12 characters, which may be a secret: there is no such file")]
    [InlineData(Files.Key, "a file name of 69 characters, which may be a secret: there is no such file")]
    [InlineData("/", "\"/\": it is a directory")]
    public void A_key_file_in_the_environment_that_cannot_be_used_is_a_problem(string file, string message) =>
        Assert.Equal(
            $"environment: SENDGRID_API_KEY_FILE: cannot use {message}",
            Assert.Single(Load(file: null, ("SENDGRID_API_KEY_FILE", file)).Problems).ToString()
        );

    private static ConfigurationResult Load(string? file, params (string Name, string Value)[] environment) =>
        ConfigurationSource.Load(file, name => environment.FirstOrDefault(e => e.Name == name).Value);

    private string Write(string name, string text)
    {
        var file = Path.Combine(_directory, name);
        File.WriteAllText(file, text);
        return file;
    }
}
