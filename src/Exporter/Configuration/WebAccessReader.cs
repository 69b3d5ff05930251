using System.Diagnostics.CodeAnalysis;
using Exporter.Configuration.Sections;
using Exporter.Configuration.Values;
using Exporter.Configuration.Yaml;
using Exporter.Disk;
using Exporter.Web.Access;

namespace Exporter.Configuration;

/// <summary>Reads <c>--web.config.file</c>, in the exporter-toolkit's format, and the certificates that it names.</summary>
internal static class WebAccessReader
{
    /// <summary>The headers that the format allows.</summary>
    private static readonly (string Name, ValueParser<string> Kind)[] Headers =
    [
        ("Content-Security-Policy", ValueParsers.HeaderValue),
        ("Strict-Transport-Security", ValueParsers.HeaderValue),
        ("X-Content-Type-Options", new("nosniff", TryNoSniff)),
        ("X-Frame-Options", new("deny or sameorigin", TryFrameOption)),
        ("X-XSS-Protection", ValueParsers.HeaderValue),
    ];

    /// <param name="file">The value of <c>--web.config.file</c>; <see langword="null"/> or empty when it is not set.</param>
    /// <param name="environment">Returns the value of an environment variable, <see langword="null"/> when it is not set.</param>
    /// <param name="files">The files of this configuration over all readings; <see langword="null"/> when it is read only once.</param>
    public static WebConfigResult Load(string? file, Func<string, string?> environment, NamedFiles? files = null)
    {
        if (string.IsNullOrEmpty(file))
        {
            return WebConfigResult.None;
        }

        var round = (files ?? new NamedFiles()).BeginRound();
        return ReadingFence.Around(
            () => round.Read(file).StrictText(out var reason) is { } text ? Read(file, text, environment, round) : Refused(reason),
            Refused
        );

        WebConfigResult Refused(string reason) =>
            new(Access: null, round.Seen, [$"{file}: the web configuration cannot be read: {reason}"], []);
    }

    public static WebConfigResult Read(string fileName, string text, Func<string, string?> environment, FileRound? files = null)
    {
        var reading = new ReadContext(fileName, environment, files);
        var root = YamlComposer.Compose(text.TrimStart('\uFEFF'), reading.AddProblem) ?? new YamlMap(new(1, 1), []);
        reading.HideSecrets(root, SecretKeys.OfWebConfiguration);
        var access = reading.ReadMap("", root, Access);
        return new(
            reading.HasProblems ? null : access,
            reading.Files.Seen,
            [.. reading.Problems.Select(problem => problem.ToString())],
            [.. reading.Warnings.Select(warning => warning.ToString())]
        );
    }

    private static WebAccess Access(Section root)
    {
        var access = new WebAccess
        {
            Tls = root.MapIfThere("tls_server_config", TlsSection.Read),
            Users = root.Named("basic_auth_users", ValueParsers.BasicAuthUser, ValueParsers.BcryptHash),
        };
        return root.Map(
            "http_server_config",
            section =>
            {
                section.Recommend(
                    !section.Get("http2", ValueParsers.Flag, fallback: false),
                    $"{section.PathOf("http2")}: without effect, the program serves HTTP/1.1 only",
                    "http2"
                );
                return access with
                {
                    Headers = section.Map(
                        "headers",
                        headers =>
                            Headers
                                .Select(header => headers.TryGet(header.Name, header.Kind, out var value) ? (header.Name, value) : default)
                                .Where(header => header.Name is not null)
                                .ToList()
                    ),
                };
            }
        );
    }

    private static bool TryNoSniff(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text == "nosniff";
    }

    private static bool TryFrameOption(string text, [MaybeNullWhen(false)] out string value)
    {
        value = text;
        return text is "deny" or "sameorigin";
    }
}
