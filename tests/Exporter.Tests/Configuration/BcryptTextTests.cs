using CsCheck;
using Exporter.Configuration.Values;

namespace Exporter.Tests.Configuration;

public sealed class BcryptTextTests
{
    private const string Alphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    private static readonly Gen<char> Letters = Gen.Int[0, 63].Select(static at => Alphabet[at]);

    /// <summary>Hashes whose salt and digest end in any character, and what is next to a hash.</summary>
    private static readonly Gen<string> Hashes = Gen.Select(
        OneOf("$2a$", "$2b$", "$2y$", "$2a$", "$2b$", "$2y$", "$2x$", "$2$", "$1$", "2a$"),
        OneOf("04", "04", "04", "04", "03", "17", "99", "4", "-4", "٤٤"),
        Gen.Select(
            Gen.String[Letters, 21, 21],
            OneOf(".", "O", "e", "u", "P", "/"),
            Gen.String[Letters, 30, 30],
            OneOf(".", "C", "G", "6", "D", "/"),
            static (salt, saltEnd, digest, digestEnd) => salt + saltEnd + digest + digestEnd
        ),
        OneOf("", "", "", "", "", "", "a", " ", "\n"),
        OneOf(".", ".", ".", ".", "é", "=", "+", "\0"),
        static (version, cost, rest, after, odd) => $"{version}{cost}${rest[..3]}{(odd == "." ? rest[3] : odd)}{rest[4..]}{after}"
    );

    /// <summary>
    /// The library compares the hash with the one that it makes of the password and the hash's own version, cost and salt. So it must be
    /// able to write these as they are, and the digest as it reads it.
    /// </summary>
    [Fact]
    public void A_hash_is_taken_exactly_when_a_password_can_match_it()
    {
        var (good, bad) = (0, 0);
        Hashes.Sample(
            hash =>
            {
                var isTaken = BcryptText.Mistake(hash) is null;

                Assert.Equal(CanMatch(hash), isTaken);
                _ = isTaken ? good++ : bad++;
            },
            iter: 3000,
            threads: 1
        );

        Assert.True(good > 5 && bad > 5, $"{good} {bad}");
    }

    [Fact]
    public void Whatever_the_library_makes_is_taken_and_no_other_end_of_its_salt_is() =>
        Gen.Int[0, 63]
            .Sample(
                static end =>
                {
                    var hash = BCrypt.Net.BCrypt.HashPassword("right", workFactor: 4);
                    var changed = hash[..28] + Alphabet[end] + hash[29..];

                    Assert.Null(BcryptText.Mistake(hash));
                    Assert.Equal(end % 16 == 0, BcryptText.Mistake(changed) is null);
                    Assert.DoesNotContain(hash[7..12], BcryptText.Mistake(changed) ?? "", StringComparison.Ordinal);
                },
                iter: 200
            );

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("secret-word", "something else")]
    [InlineData("$2y$10$short", "a hash that was cut off")]
    [InlineData("$2x$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze", "another version than 2a, 2b and 2y")]
    [InlineData("$2y$31$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze", "another cost")]
    [InlineData("$2y$10$mDwo.lAisC94iLAyP81MCfsa29IzH37oigHC/42V2pdJlUprsJPze", "a mistyped salt (the first 22 characters after the cost)")]
    [InlineData("$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPzf", "a mistyped end")]
    [InlineData("$2y$10$mDwo.lAisC94iLAyP81MCesa29IzH37oigHC/42V2pdJlUprsJPze", null)]
    public void A_mistake_has_a_name(string hash, string? name) => Assert.Equal(name, BcryptText.Mistake(hash));

    private static bool CanMatch(string hash)
    {
        try
        {
            return hash.Length == 60
                && hash[3..7] == "$04$"
                && Alphabet.IndexOf(hash[^1], StringComparison.Ordinal) % 4 == 0
                && hash[7..].All(letter => Alphabet.Contains(letter, StringComparison.Ordinal))
                && !hash.StartsWith("$2x$", StringComparison.Ordinal)
                && BCrypt.Net.BCrypt.HashPassword("x", hash).StartsWith(hash[..29], StringComparison.Ordinal);
        }
        catch (Exception e) when (e is BCrypt.Net.SaltParseException or ArgumentException or FormatException)
        {
            return false;
        }
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(at => texts[at]);
}
