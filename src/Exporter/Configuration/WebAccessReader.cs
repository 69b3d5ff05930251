using System.Diagnostics.CodeAnalysis;
using Exporter.Web;

namespace Exporter.Configuration;

/// <summary>Reads <c>--web.config.file</c>, the exporter-toolkit's format, and the certificates that it names.</summary>
internal static class WebAccessReader
{
    /// <summary>The headers that the format allows.</summary>
    private static readonly (string Name, Kind<string> Kind)[] Headers =
    [
        ("Content-Security-Policy", Kinds.HeaderValue),
        ("Strict-Transport-Security", Kinds.HeaderValue),
        ("X-Content-Type-Options", new("nosniff", IsNoSniff)),
        ("X-Frame-Options", new("deny or sameorigin", IsFrameOption)),
        ("X-XSS-Protection", Kinds.HeaderValue),
    ];

    /// <param name="file">The value of <c>--web.config.file</c>; <see langword="null"/> or empty without it.</param>
    /// <param name="environment">The value of an environment variable, <see langword="null"/> when it is not set.</param>
    public static WebAccessReading Load(string? file, Func<string, string?> environment)
    {
        if (string.IsNullOrEmpty(file))
        {
            return WebAccessReading.None;
        }

        return ConfigurationSource.ReadText(file, out var reason) is { } text
            ? Read(file, text, environment)
            : new WebAccessReading(Access: null, [file], [$"{file}: the web configuration cannot be read: {reason}"], []);
    }

    public static WebAccessReading Read(string fileName, string text, Func<string, string?> environment)
    {
        var reading = new Reading(fileName, environment);
        var files = new List<string> { fileName };
        var root = YamlComposer.Compose(text.TrimStart('\uFEFF'), reading.Problem) ?? new YamlMap(new(1, 1), 1, []);
        var access = reading.ReadMap("", root, section => Access(section, files));
        return new(
            reading.HasProblems ? null : access,
            files,
            [.. reading.Problems.Select(problem => problem.ToString())],
            [.. reading.Warnings.Select(warning => warning.ToString())]);
    }

    private static WebAccess Access(Section root, List<string> files)
    {
        var access = new WebAccess
        {
            Tls = root.MapIfThere("tls_server_config", section => TlsSection.Read(section, files)),
            Users = root.Named("basic_auth_users", Kinds.BasicAuthUser, Kinds.BcryptHash),
        };
        return root.Map("http_server_config", section => access with
        {
            Http2 = section.Get("http2", Kinds.Flag, access.Http2),
            Headers = section.Map("headers", headers =>
                Headers.Select(header => headers.TryGet(header.Name, header.Kind, out var value) ? (header.Name, value) : default)
                    .Where(header => header.Name is not null)
                    .ToList()),
        });
    }

    private static bool IsNoSniff(string text, [MaybeNullWhen(false)] out string value) => (value = text) is "nosniff";

    private static bool IsFrameOption(string text, [MaybeNullWhen(false)] out string value) => (value = text) is "deny" or "sameorigin";
}
