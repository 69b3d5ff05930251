using System.Text;

namespace Exporter.Configuration;

/// <summary>Where the configuration comes from: a file on disk, or without one the environment.</summary>
internal static class ConfigurationSource
{
    /// <param name="file">The value of <c>--config.file</c>; <see langword="null"/> or empty without it.</param>
    /// <param name="environment">The value of an environment variable, <see langword="null"/> when it is not set.</param>
    public static ConfigurationResult Load(string? file, Func<string, string?> environment)
    {
        if (string.IsNullOrEmpty(file))
        {
            return ZeroFile.Read(environment);
        }

        var text = ReadText(file, out var reason);
        return text is null
            ? new(Options: null, [new(file, default, $"the configuration cannot be read: {reason}")], [])
            : ConfigurationReader.Read(file, text, environment);
    }

    /// <summary>The text of a small file; <see langword="null"/> and the reason when there is none to be had.</summary>
    public static string? ReadText(string file, out string reason)
    {
        reason = "";
        try
        {
            // One character more than the reader accepts: enough for it to refuse the file, and a device that never ends is no trap.
            using var reader = new StreamReader(file, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true));
            var buffer = new char[ConfigurationReader.MaxLength + 1];
            return new(buffer, 0, reader.ReadBlock(buffer));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = "there is no such file";
        }
        catch (DecoderFallbackException)
        {
            reason = "it is not UTF-8";
        }
        catch (UnauthorizedAccessException)
        {
            reason = Directory.Exists(file) ? "it is a directory" : "it may not be read by this user";
        }
        catch (IOException e)
        {
            reason = e.Message;
        }

        return null;
    }
}
