using System.Text.RegularExpressions;
using Exporter.Cli;
using Exporter.Configuration;
using Exporter.Configuration.Reload;
using Exporter.Hosting;
using Exporter.Tests.Web;

namespace Exporter.Tests.Configuration;

/// <summary>
/// A secret that stands where the name of its file belongs was repeated by <c>check</c>, in the log, in the answer to a reload and on the
/// status page. Nobody reads eight characters of one anywhere.
/// </summary>
public sealed class SecretPlacesTests : IDisposable
{
    /// <summary>The messages are the same wherever they go, so of the files one in so many is tried at the slow places.</summary>
    private const int OneOf = 7;

    private readonly string _directory = Directory.CreateTempSubdirectory("sendgrid-exporter-tests-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    /// <summary>A new key that names a file has to be one of those that are tried here.</summary>
    [Fact]
    public void Every_key_of_the_schema_that_names_a_file_is_tried() =>
        Assert.Equal(
            SecretPlaces.Holders.Order(StringComparer.Ordinal),
            Regex
                .Matches(
                    File.ReadAllText(Repository.PathTo("deploy/sendgrid-exporter.schema.json")),
                    "\"(?<key>[a-z_]+)_file\": ",
                    RegexOptions.None,
                    TimeSpan.FromSeconds(10)
                )
                .Select(static match => match.Groups["key"].Value)
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void No_message_about_a_configuration_shows_a_secret() =>
        ShowsNone(
            SecretPlaces.Configurations,
            text =>
            {
                var read = ConfigurationReader.Read("c.yml", text, Files.Environment);
                return [.. read.Problems.Concat(read.Warnings).Select(static problem => problem.ToString())];
            }
        );

    [Fact]
    public void No_message_about_a_web_configuration_shows_a_secret() =>
        ShowsNone(
            SecretPlaces.WebConfigurations,
            static text =>
            {
                var read = WebAccessReader.Read("web.yml", text, Files.Environment);
                return [.. read.Problems, .. read.Warnings];
            }
        );

    [Fact]
    public void No_message_about_a_variable_shows_a_secret() =>
        Assert.All(
            from secret in SecretPlaces.Secrets
            from name in (string[])["SENDGRID_API_KEY", "SENDGRID_API_KEY_FILE", "SENDGRID_BASE_URL"]
            from text in (string[])[secret.Text, $"./{secret.Text}", $"/{secret.Text}", $"{secret.Text} {secret.Text}"]
            where name != "SENDGRID_BASE_URL" || text.Contains('@', StringComparison.Ordinal)
            select (name, secret.Text, text),
            static each =>
            {
                var (name, secret, text) = each;
                var read = ConfigurationSource.Load(file: null, variable => variable == name ? text : null);
                Assert.Null(SecretPlaces.RunIn(string.Join('\n', read.Problems.Concat(read.Warnings)), secret));
            }
        );

    /// <summary>Whatever is wrong with the file, its name may be shown and its content not.</summary>
    [Fact]
    public void The_name_of_a_file_that_exists_is_shown_and_its_content_is_not() =>
        Assert.All(
            from secret in SecretPlaces.Secrets
            from name in (string[])["api_key_file", "headers_file"]
            select (name, secret.Text),
            each =>
            {
                var (name, secret) = each;
                var file = Path.Combine(_directory, "holds it");
                File.WriteAllText(file, $"={secret} {secret}\n{secret}");
                var section = name == "api_key_file" ? "accounts: [{" : "otlp: {endpoint: 'http://h.example', ";
                var text = $"{section}{name}: '{file}'}}{(name == "api_key_file" ? "]" : "\naccounts: [{api_key: '${KEY}'}]")}";

                var message = string.Join('\n', ConfigurationReader.Read("c.yml", text, Files.Environment).Problems);

                Assert.Contains($"cannot use \"{file}\"", message, StringComparison.Ordinal);
                Assert.Null(SecretPlaces.RunIn(message, secret));
            }
        );

    /// <summary>
    /// A file's name is no secret once there is such a file. Wherever the same text stands, before the name or after it, a message says
    /// what is wrong with it.
    /// </summary>
    [Fact]
    public void The_name_of_a_good_file_is_hidden_in_no_other_message()
    {
        const string Name = "customer-one";
        const string Key = "api_key_file: customer-one";
        File.WriteAllText(Path.Combine(_directory, Name), "SG.a.b");
        string[] others =
        [
            "base_url: 'http://customer-one.example'",
            "automations: {list: [{id: 'customer-one/x'}]}",
            "automations: {exclude: ['customer-one x']}",
            "page_size: customer-one",
            "base_url: \"customer-one\\n\"",
            "name: customer-one, rate: {requests_per_second: customer-one}",
        ];
        foreach (var other in others)
        {
            foreach (var account in (string[])[$"{{{Key}, {other}}}", $"{{{other}, {Key}}}"])
            {
                var hidden = ConfigurationReader.Read($"{_directory}/none/c.yml", $"accounts: [{account}]", Files.Environment).Problems;
                var shown = ConfigurationReader.Read($"{_directory}/c.yml", $"accounts: [{account}]", Files.Environment).Problems;

                Assert.All(hidden, problem => Assert.DoesNotContain(Name, problem.Message, StringComparison.Ordinal));
                Assert.Contains(Name, Assert.Single(shown).Message, StringComparison.Ordinal);
            }
        }

        var twice = $"accounts: [{{name: {Name}, {Key}}}, {{name: {Name}, {Key}}}]";
        var message = Assert.Single(ConfigurationReader.Read($"{_directory}/c.yml", twice, Files.Environment).Problems).Message;
        Assert.Equal($"accounts[1].name: expected a value of its own, found \"{Name}\" again, first at line 1", message);
    }

    /// <summary>Who mistypes a path sees it, as far as the disk tells that it is one.</summary>
    [Theory]
    [InlineData("D/keys/none", true)]
    [InlineData("keys/none", true)]
    [InlineData("D/keys", true)]
    [InlineData("D/none/none", true)]
    [InlineData("D/none/none/none", true)]
    [InlineData("/run/no/such", true)]
    [InlineData("/run/no/such/api_key", true)]
    [InlineData("D/keys/client_ca.pem", true)]
    [InlineData("keys/none/none", false)]
    [InlineData("none/none", false)]
    [InlineData("none.key", true)]
    [InlineData("none/none.crt", true)]
    [InlineData("no ne.crt", false)]
    [InlineData("/none/none", false)]
    [InlineData("none", false)]
    [InlineData("./none", false)]
    [InlineData("/none-such", false)]
    [InlineData("D/keys/a b", false)]
    [InlineData("D/keys/a=b", false)]
    [InlineData("${KEYS}/none", true)]
    [InlineData("${KEYS}/none/none", true)]
    [InlineData("${KEYS}/a b", false)]
    [InlineData("${KEYS}none", false)]
    [InlineData("${KEYS:-x}/none", false)]
    [InlineData("${NOWHERE}/none", false)]
    [InlineData("none${KEYS}/none", false)]
    public void A_path_is_shown_when_it_ends_like_one_or_a_directory_on_its_way_exists_and_has_a_name(string path, bool isShown)
    {
        Directory.CreateDirectory(Path.Combine(_directory, "keys"));
        path = path.Replace("D", _directory, StringComparison.Ordinal);
        var text = $"accounts: [{{api_key_file: '{path}'}}]";

        string? Environment(string name) =>
            name switch
            {
                "KEYS" => $"{_directory}/keys",
                "NOWHERE" => "/none-such",
                _ => Files.Environment(name),
            };

        var message = Assert.Single(ConfigurationReader.Read($"{_directory}/c.yml", text, Environment).Problems).Message;

        var shown = isShown ? $"\"{path}\"" : $"a file name of {path.Length} characters, which may be a secret";
        Assert.StartsWith($"accounts[0].api_key_file: cannot use {shown}: ", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_shows_none()
    {
        var (file, web) = (Path.Combine(_directory, "c.yml"), Path.Combine(_directory, "web.yml"));
        await File.WriteAllTextAsync(web, "{}", TestContext.Current.CancellationToken);
        var all = SecretPlaces
            .Configurations.Select(each => (each, File: file))
            .Concat(SecretPlaces.WebConfigurations.Select(each => (each, File: web)))
            .Where(static (_, at) => at % OneOf == 0);
        foreach (var (each, written) in all)
        {
            await File.WriteAllTextAsync(written, each.Text, TestContext.Current.CancellationToken);
            using var output = new StringWriter();
            using var error = new StringWriter();
            var code = await CommandLine.RunAsync(
                ["check", $"--config.file={file}", $"--web.config.file={web}"],
                new Surroundings
                {
                    Environment = Files.Environment,
                    Output = output,
                    Error = error,
                }
            );

            Assert.Equal(ExitCode.BadConfiguration, code);
            Assert.True(SecretPlaces.RunIn($"{output}{error}", each.Secret) is null, $"{each.Name}\n{error}");
        }
    }

    [Fact]
    public async Task A_running_program_shows_none()
    {
        var text = "";
        await using var served = await Served.StartAsync(host: options =>
            options with
            {
                EnableLifecycle = true,
                Source = new ReloadSource("c.yml", () => ConfigurationReader.Read("c.yml", text, Files.Environment)),
            }
        );
        var all = SecretPlaces.Configurations.ToList();
        for (var i = 0; i < all.Count; i += OneOf)
        {
            text = all[i].Text;
            var answers = await served.AnswerAsync(
                "POST /-/reload HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
                isWhole: true
            );
            Assert.Contains(" 400 ", answers, StringComparison.Ordinal);
            foreach (var path in (string[])["/", "/api/v1/status", "/config"])
            {
                answers += await served.AnswerAsync($"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", isWhole: true);
            }

            Assert.True(SecretPlaces.RunIn(answers, all[i].Secret) is null, $"{all[i].Name}\n{answers}");
        }

        var log = string.Join('\n', served.Log.All);
        Assert.Contains("c.yml:", log, StringComparison.Ordinal);
        Assert.All(SecretPlaces.Secrets, secret => Assert.Null(SecretPlaces.RunIn(log, secret.Text)));
    }

    private static void ShowsNone(IEnumerable<(string Name, string Secret, string Text)> files, Func<string, string[]> read)
    {
        var shown = new List<string>();
        foreach (var (name, secret, text) in files)
        {
            var messages = string.Join('\n', read(text));
            Assert.True(messages.Length > 0, name);
            if (SecretPlaces.RunIn(messages, secret) is { } run)
            {
                shown.Add($"{run} of {name}\n{messages}");
            }
        }

        Assert.True(shown.Count == 0, $"{shown.Count} shown:\n{string.Join("\n\n", shown.Take(10))}");
    }
}
