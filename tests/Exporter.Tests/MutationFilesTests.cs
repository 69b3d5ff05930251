using System.Text.Json;
using System.Xml.Linq;

namespace Exporter.Tests;

/// <summary>
/// The mutation project is in no solution, so no build tells when a file that it names was moved: these tests do. Each file that is
/// mutated is there, and so are its own tests.
/// </summary>
public sealed class MutationFilesTests
{
    private const string Project = "tests/Exporter.Mutation";

    public static TheoryData<string> Mutated
    {
        get
        {
            using var configuration = JsonDocument.Parse(File.ReadAllText(Repository.PathTo($"{Project}/stryker-config.json")));
            return [.. Strings(configuration.RootElement.GetProperty("stryker-config").GetProperty("mutate"))];
        }
    }

    public static TheoryData<string> Compiled =>
        [
            .. XDocument
                .Load(Repository.PathTo($"{Project}/Exporter.Mutation.csproj"))
                .Descendants("Compile")
                .Select(static file => file.Attribute("Include")!.Value),
        ];

    [Theory]
    [MemberData(nameof(Mutated))]
    public void A_file_that_is_mutated_is_there_and_its_tests_run(string file)
    {
        Assert.True(File.Exists(Repository.PathTo($"src/Exporter/{file}")), $"src/Exporter/{file} is not there");
        Assert.Contains($"/{Path.GetFileNameWithoutExtension(file)}Tests.cs", string.Join('\n', Compiled.Select(static row => row.Data)));
    }

    [Theory]
    [MemberData(nameof(Compiled))]
    public void A_file_that_the_project_compiles_is_there(string file) =>
        Assert.True(File.Exists(Repository.PathTo($"{Project}/{file}")), $"{file} is not there");

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(static item => item.GetString()!);
}
