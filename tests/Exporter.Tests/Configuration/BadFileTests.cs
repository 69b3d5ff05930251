using Exporter.Configuration;

namespace Exporter.Tests.Configuration;

public sealed class BadFileTests
{
    public static TheoryData<string> BadFiles => Files.In("Bad");

    public static TheoryData<string> WarnedFiles => Files.In("Warned");

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_bad_file_is_refused_with_exactly_the_problems_that_it_announces(string name)
    {
        var text = Files.Text("Bad", name);

        var result = ConfigurationReader.Read(name, text, Files.Environment);

        Assert.Equal(Files.Expected(name, text, "expect"), Files.Printed(result.Problems));
        Assert.NotEmpty(result.Problems);
        Assert.Null(result.Options);
    }

    [Theory]
    [MemberData(nameof(WarnedFiles))]
    public void A_doubtful_file_is_accepted_with_exactly_the_warnings_that_it_announces(string name)
    {
        var text = Files.Text("Warned", name);

        var result = ConfigurationReader.Read(name, text, Files.Environment);

        Assert.Equal(Files.Expected(name, text, "warns"), Files.Printed(result.Warnings));
        Assert.Empty(result.Problems);
        Assert.NotNull(result.Options);
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    [MemberData(nameof(WarnedFiles))]
    public void No_message_shows_a_key_or_a_password(string name)
    {
        var folder = Files.In("Bad").Any(f => f.Data == name) ? "Bad" : "Warned";

        var result = ConfigurationReader.Read(name, Files.Text(folder, name), Files.Environment);

        Assert.All(
            result.Problems.Concat(result.Warnings),
            p =>
            {
                Assert.DoesNotContain("hunter", p.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("SG.", p.Message, StringComparison.Ordinal);
                Assert.DoesNotContain(Files.Key, p.Message, StringComparison.Ordinal);
            }
        );
    }
}
