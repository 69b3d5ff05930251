using Exporter.Configuration.Values;
using Exporter.Disk;
using Exporter.SendGrid.Keys;

namespace Exporter.Configuration.Sections;

/// <summary>
/// Reads an API key given directly or in a file, as keys of an account and as environment variables. No message shows a key.
/// </summary>
internal static class ApiKeySettings
{
    /// <summary>Returns the account's key; <see langword="null"/> only when a problem was reported.</summary>
    public static ApiKey Read(Section section)
    {
        var hasValue = section.TryGet("api_key", ValueParsers.ApiKey, out var value);
        var hasFile = section.TryGet("api_key_file", ValueParsers.FileName, out var file);
        section.Require(
            section.Has("api_key") != section.Has("api_key_file"),
            $"{section.PathOf("api_key")}: expected either api_key or api_key_file, found {(section.Has("api_key") ? "both" : "neither")}",
            "api_key",
            "api_key_file"
        );

        if (hasValue && !section.IsExpanded("api_key"))
        {
            section.Reading.Warn(
                section.PositionOf("api_key"),
                $"{section.PathOf("api_key")}: this file holds the key itself; api_key_file or ${{SENDGRID_API_KEY}} would keep it out"
            );
        }

        var (name, key) = hasFile ? ("api_key_file", FromFile(section, file!)) : ("api_key", value);
        if (key?.Doubt is { } doubt)
        {
            section.Reading.Warn(section.PositionOf(name), $"{section.PathOf(name)}: {doubt}");
        }

        return key!;
    }

    private static ApiKey? FromFile(Section section, string file)
    {
        var key = Open(section.Reading, file, out var content, out var reason);
        if (key is null)
        {
            section.AddFileProblem("api_key_file", file, content, reason);
        }

        return key;
    }

    /// <summary>Opens a key file; returns <see langword="null"/> and the reason when it cannot be used.</summary>
    public static ApiKey? Open(ReadContext reading, string name, out FileContent content, out string reason)
    {
        content = reading.ReadFile(name);
        reason = "";
        try
        {
            return ApiKey.FromFile(Path.Combine(reading.Directory, name), content);
        }
        catch (FormatException e)
        {
            reason = e.Message;
            return null;
        }
    }
}
