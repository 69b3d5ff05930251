using System.Text;
using Exporter.Web.Access;

namespace Exporter.Tests.Web;

public sealed class BasicAuthTests : IDisposable
{
    /// <summary>bcrypt takes some hundredths of a second with this cost.</summary>
    private const int Cost = 8;

    private static readonly Dictionary<string, string> Users = new(StringComparer.Ordinal)
    {
        ["alice"] = BCrypt.Net.BCrypt.HashPassword("right", Cost),
        ["bob"] = BCrypt.Net.BCrypt.HashPassword("bobs:own ü", Cost).Replace("$2a$", "$2y$", StringComparison.Ordinal),
    };

    private readonly BasicAuth _auth = new();

    public void Dispose() => _auth.Dispose();

    [Theory]
    [InlineData("alice", "right", true)]
    [InlineData("bob", "bobs:own ü", true)]
    [InlineData("alice", "wrong", false)]
    [InlineData("alice", "", false)]
    [InlineData("alice", "bobs:own ü", false)]
    [InlineData("mallory", "right", false)]
    [InlineData("", "", false)]
    public async Task Who_brings_the_right_password_is_accepted_and_nobody_else(string user, string password, bool isAccepted) =>
        Assert.Equal(isAccepted ? Credentials.Accepted : Credentials.Refused, await Check(Header(user, password)));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Bearer YWxpY2U6cmlnaHQ=")]
    [InlineData("Basic YWxpY2U=")]
    [InlineData("Basic YWxpY2U6cmlnaHQ")]
    public async Task What_is_no_basic_authentication_is_refused(string? header) => Assert.Equal(Credentials.Refused, await Check(header));

    [Fact]
    public async Task The_scheme_is_written_in_any_case() =>
        Assert.Equal(Credentials.Accepted, await Check(Header("alice", "right").Replace("Basic", "bASIC", StringComparison.Ordinal)));

    [Fact]
    public async Task A_flood_of_guesses_is_turned_away_and_does_not_touch_who_is_known()
    {
        Assert.Equal(Credentials.Accepted, await Check(Header("alice", "right")));

        var guesses = Enumerable
            .Range(0, 60)
            .Select(number => Check(Header(number % 2 == 0 ? "alice" : "mallory", $"guess {number}")).AsTask())
            .ToList();

        // What is remembered is answered at once; what must be compared never is.
        var known = Check(Header("alice", "right"));
        Assert.True(known.IsCompleted);
        Assert.Equal(Credentials.Accepted, await known);
        var answers = await Task.WhenAll(guesses);
        Assert.DoesNotContain(Credentials.Accepted, answers);
        Assert.InRange(answers.Count(answer => answer == Credentials.Overloaded), 20, 59);
    }

    [Fact]
    public async Task A_changed_password_is_not_remembered()
    {
        Assert.Equal(Credentials.Accepted, await Check(Header("alice", "right")));

        var changed = new Dictionary<string, string>(StringComparer.Ordinal) { ["alice"] = BCrypt.Net.BCrypt.HashPassword("new", Cost) };

        Assert.Equal(Credentials.Refused, await _auth.CheckAsync(changed, Header("alice", "right"), CancellationToken.None));
        Assert.Equal(Credentials.Accepted, await _auth.CheckAsync(changed, Header("alice", "new"), CancellationToken.None));
        Assert.Equal(
            Credentials.Refused,
            await _auth.CheckAsync(
                new Dictionary<string, string>(StringComparer.Ordinal) { ["bob"] = Users["bob"] },
                Header("alice", "new"),
                CancellationToken.None
            )
        );
    }

    private ValueTask<Credentials> Check(string? header) => _auth.CheckAsync(Users, header, TestContext.Current.CancellationToken);

    private static string Header(string user, string password) =>
        "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}"));
}
