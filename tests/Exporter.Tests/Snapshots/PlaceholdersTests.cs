using System.Net;
using Exporter.Snapshots;

namespace Exporter.Tests.Snapshots;

public sealed class PlaceholdersTests
{
    /// <summary>One of each language, in a URL that has nothing else to find.</summary>
    private static readonly string[] Written =
    [
        "{{name}}",
        "{{#if a}}b{{/if}}",
        "{%name%}",
        "<%= name %>",
        "[%name%]",
        "*|NAME|*",
        "${name}",
        "#{name}",
        "{name}",
        "%name%",
        "%%name%%",
    ];

    public static TheoryData<string> All => [.. Written];

    [Theory]
    [MemberData(nameof(All))]
    public void A_placeholder_is_found_wherever_it_stands_and_in_any_encoding(string placeholder) =>
        Assert.All(
            (string[])
                [
                    placeholder,
                    Uri.EscapeDataString(placeholder),
                    Uri.EscapeDataString(Uri.EscapeDataString(placeholder)),
                    WebUtility.HtmlEncode(placeholder),
                    string.Concat(placeholder.Select(static c => $"&#{(int)c};")),
                    string.Concat(placeholder.Select(static c => $"&#x{(int)c:X};")),
                    Uri.EscapeDataString(string.Concat(placeholder.Select(static c => $"&#{(int)c};"))),
                ],
            text =>
                Assert.All(
                    (string[])[text, $"https://shop.example/{text}/x", $"https://shop.example/?to={text}&a=1", $"https://{text}.example"],
                    static url => Assert.True(Placeholders.ContainedIn(url), url)
                )
        );

    /// <summary>Names of HTML that .NET does not know, each beside what makes a mark of it.</summary>
    [Theory]
    [InlineData("&lbrace;{")]
    [InlineData("{&lcub;")]
    [InlineData("&rbrace;}")]
    [InlineData("}&rcub;")]
    [InlineData("&lbrack;%")]
    [InlineData("&lsqb;%")]
    [InlineData("%&rbrack;")]
    [InlineData("%&rsqb;")]
    [InlineData("{&percnt;")]
    [InlineData("&ast;|")]
    [InlineData("|&midast;")]
    [InlineData("*&verbar;")]
    [InlineData("*&vert;")]
    [InlineData("&VerticalLine;*")]
    [InlineData("&dollar;{")]
    [InlineData("&amp;num;{")]
    public void A_mark_is_found_behind_the_names_of_its_characters(string mark) =>
        Assert.True(Placeholders.ContainedIn($"https://shop.example/?to={mark}"));

    [Theory]
    [InlineData("")]
    [InlineData("https://shop.example/a%20b?c=%7B%22d%22%3A%5B1%5D%7D")]
    [InlineData("https://shop.example/?q={\"a\":[1],\"b\":2}")]
    [InlineData("https://shop.example/a|b*c[0]{}")]
    [InlineData("https://shop.example/?save=100%&more=50%")]
    [InlineData("https://shop.example/gr%C3%B6%C3%9Fe%2Fx")]
    [InlineData("https://shop.example/?a=1&amp;b=2&copy;")]
    [InlineData("https://shop.example/#top$5")]
    public void An_ordinary_url_has_none(string url) => Assert.False(Placeholders.ContainedIn(url));

    /// <summary>There is an end to it, however often a text is encoded.</summary>
    [Theory]
    [InlineData(6, true)]
    [InlineData(7, false)]
    public void A_url_is_decoded_six_times_and_no_more(int times, bool isFound) =>
        Assert.Equal(
            isFound,
            Placeholders.ContainedIn(
                Enumerable.Range(0, times).Aggregate("https://shop.example/{{name}}", static (url, _) => Uri.EscapeDataString(url))
            )
        );
}
