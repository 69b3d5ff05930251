using Exporter.Configuration;
using Exporter.Configuration.Sections;
using Exporter.Configuration.Values;
using Exporter.Configuration.Yaml;

namespace Exporter.Tests.Configuration;

public sealed class ReadContextTests
{
    private readonly ReadContext _reading = new("/etc/exporter/test.yml", Files.Environment);

    /// <summary>A file is read from top to bottom, and a key may come after the message that holds it.</summary>
    [Fact]
    public void What_is_hidden_is_in_no_message_whether_it_was_said_before_or_after()
    {
        _reading.AddProblem(new(1, 1), "unknown key \"hunter2\"");
        _reading.Hide("hunter2");
        _reading.AddProblem(new(2, 1), "name", "not hunter2, nor hunter2");
        _reading.Warn(new(3, 1), "hunter2 is weak");
        _reading.WarnOfVariable("PASSWORD", "hunter2 is weak");

        Assert.Equal(["unknown key \"<secret>\"", "name: not <secret>, nor <secret>"], _reading.Problems.Select(Message));
        Assert.Equal(["<secret> is weak", "<secret> is weak"], _reading.Warnings.Select(Message));
    }

    /// <summary>Else a message about the letter a would be one about nothing.</summary>
    [Theory]
    [InlineData("abc", "a path of abcd")]
    [InlineData("abcd", "a path of <secret>")]
    public void A_text_too_short_for_a_key_is_not_hidden(string secret, string message)
    {
        _reading.Hide(secret);
        _reading.AddProblem(new(1, 1), "a path of abcd");

        Assert.Equal(message, Assert.Single(_reading.Problems).Message);
    }

    /// <summary>A key that was pasted twice, once without its end.</summary>
    [Theory]
    [InlineData("SG.part", "SG.part.and-the-rest")]
    [InlineData("SG.part.and-the-rest", "SG.part")]
    public void A_secret_that_is_part_of_another_leaves_nothing_of_it(string first, string second)
    {
        _reading.Hide(first);
        _reading.Hide(second);
        _reading.AddProblem(new(1, 1), "found SG.part.and-the-rest");

        Assert.Equal("found <secret>", Assert.Single(_reading.Problems).Message);
    }

    [Fact]
    public void What_stands_under_a_key_s_name_is_hidden_wherever_that_is_and_a_variable_is_not()
    {
        var node = YamlComposer.Compose(
            "accounts:\n- name: shop\n  api_key: ' deeply-hidden '\nodd: {odd: [{headers: also-hidden}, {api_key: '${KEY}'}]}",
            static (_, message) => Assert.Fail(message)
        );

        _reading.HideSecrets(node!, SecretKeys.OfConfiguration);
        _reading.AddProblem(default, "deeply-hidden also-hidden ${KEY} shop");

        Assert.Equal("<secret> <secret> ${KEY} shop", Assert.Single(_reading.Problems).Message);
    }

    [Fact]
    public void Problems_come_in_the_order_of_the_file_and_none_leaves_options()
    {
        _reading.AddProblem(new(9, 2), "third");
        _reading.AddProblem(new(9, 1), "second");
        _reading.AddProblem(new(2, 7), "first");

        Assert.Equal(["first", "second", "third"], _reading.Problems.Select(Message));
        Assert.Null(_reading.Result(new ExporterOptions { Accounts = [] }).Options);
    }

    /// <summary>The environment is where secrets are.</summary>
    [Fact]
    public void A_bad_value_is_shown_as_it_is_written_and_not_as_what_its_variable_holds()
    {
        Assert.False(_reading.TryRead("poll.interval", Scalar("${WORD}"), ValueParsers.Duration("1s", "1d"), out _));

        Assert.Equal(
            "poll.interval: expected a duration from 1s to 1d (one whole number and s, m, h or d), found \"${WORD}\"",
            Assert.Single(_reading.Problems).Message
        );
        Assert.Equal((false, true), (_reading.IsGood("poll.interval"), _reading.IsGood("poll")));
    }

    [Theory]
    [InlineData("x y", "white space in it")]
    [InlineData("${WORD} y", "white space in it")]
    [InlineData("", "nothing")]
    public void Of_a_bad_secret_no_part_is_shown(string text, string found)
    {
        Assert.False(_reading.TryRead("api_key", Scalar(text), ValueParsers.ApiKey, out _));

        Assert.Equal($"api_key: expected {ValueParsers.ApiKey.Expected}, found {found}", Assert.Single(_reading.Problems).Message);
    }

    /// <summary>It would be published as a label.</summary>
    [Fact]
    public void An_api_key_in_the_place_of_another_value_is_a_problem_even_where_any_text_would_do()
    {
        Assert.False(_reading.TryRead("name", Scalar("${KEY}"), ValueParsers.Label, out _));

        Assert.Contains("found an API key", Assert.Single(_reading.Problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_value_that_should_be_a_mapping_only_that_is_said()
    {
        _reading.AddProblem(new(1, 1), "before");

        var value = _reading.ReadMap(
            "poll",
            new YamlList(new(3, 1), []),
            static section =>
            {
                section.Required("interval", ValueParsers.Duration("1s", "1d"));
                return 7;
            }
        );

        Assert.Equal(7, value);
        Assert.Equal(["before", "poll: expected a mapping, found a list"], _reading.Problems.Select(Message));
    }

    [Fact]
    public void A_variable_that_is_empty_is_one_that_is_not_set_and_the_files_are_sought_beside_the_configuration()
    {
        Assert.Equal(("word", null, null), (_reading.Variable("WORD"), _reading.Variable("EMPTY"), _reading.Variable("NONE")));
        Assert.Equal("/etc/exporter", _reading.Directory);
    }

    private static YamlScalar Scalar(string text) => new(new(1, 1), text, IsPlain: false);

    private static string Message(Problem problem) => problem.Message;
}
