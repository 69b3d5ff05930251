using System.CommandLine;
using Exporter.Cli;
using Exporter.Hosting;

namespace Exporter.Tests.Cli;

/// <summary><c>--storage.path</c>: a directory, nothing, or not said.</summary>
public class StoragePathTests
{
    [Theory]
    [InlineData("serve", "./data")]
    [InlineData("serve --storage.path=somewhere", "somewhere")]
    [InlineData("serve --storage.path somewhere", "somewhere")]
    [InlineData("serve --storage.path=", "")]
    [InlineData("serve --demo", "")]
    [InlineData("serve --demo --storage.path=somewhere", "somewhere")]
    public void An_empty_path_keeps_nothing(string line, string path) => Assert.Equal(path, Read(line.Split(' ')));

    [Fact]
    public void An_empty_argument_of_its_own_keeps_nothing() => Assert.Equal("", Read(["serve", "--storage.path", ""]));

    [Fact]
    public void An_empty_variable_keeps_what_is_seen_where_it_is_kept_without_one()
    {
        var line = EnvironmentFlags.AddTo(
            ["serve"],
            Root(new Flags()),
            static name => name == "SENDGRID_EXPORTER_STORAGE_PATH" ? "" : null
        );

        Assert.Equal("./data", Read(line.Arguments));
    }

    private static string Read(IReadOnlyList<string> arguments)
    {
        var flags = new Flags();
        return flags.StoragePathOf(Root(flags).Parse(arguments));
    }

    private static RootCommand Root(Flags flags) => [ServeCommand.Create(flags, new Surroundings())];
}
