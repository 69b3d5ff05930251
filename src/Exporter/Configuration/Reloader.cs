using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Configuration;

/// <summary>Where the configuration is read from, at the start and on every reload.</summary>
/// <param name="Name">As people know it: the file's path, <c>environment</c> or <c>demo</c>.</param>
/// <param name="File">The file, if it is one.</param>
/// <param name="Load">Reads it.</param>
internal sealed record ReloadSource(string Name, string? File, Func<ConfigurationResult> Load)
{
    /// <param name="file">The value of <c>--config.file</c>; empty without it.</param>
    /// <param name="environment">The value of an environment variable.</param>
    public static ReloadSource Of(string? file, Func<string, string?> environment) => string.IsNullOrEmpty(file)
        ? new("environment", File: null, () => ConfigurationSource.Load(file: null, environment))
        : new(file, file, () => ConfigurationSource.Load(file, environment));
}

/// <summary>Reads the configuration again. A good one is put in force whole; a bad one changes nothing and is told everywhere.</summary>
/// <param name="source">Where it is read from.</param>
/// <param name="apply">Gives every room its part; it does not fail.</param>
/// <param name="store">What the pages and metrics say.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">For the operator.</param>
internal sealed partial class Reloader(ReloadSource source, Func<ExporterOptions, Task> apply, ConfigurationStore store, TimeProvider time, ILogger<Reloader> logger)
    : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private IReadOnlyList<string> _keyFiles = [];
    private string _fingerprint = "";
    private OtlpOptions? _pushed;

    /// <summary>What the pages say of a configuration that is in force from the start.</summary>
    public static ConfigurationState Initial(string source, ExporterOptions options, DateTimeOffset now) => new()
    {
        Source = source,
        Yaml = ConfigurationWriter.Write(options),
        Web = options.Web,
        InForceSince = now,
        LastRead = now,
    };

    /// <summary>Remembers what the configuration in force was read from, for <see cref="HasChanged"/>.</summary>
    public void Watch(ExporterOptions inForce)
    {
        _pushed ??= inForce.Otlp;
        _keyFiles = [.. inForce.Accounts.Select(account => account.Account.ApiKey.File).OfType<string>()];
        _fingerprint = Fingerprint();
    }

    /// <summary>Whether a file holds something else than when it was last read. While the last reading is refused, it is worth another one: a key file may have come.</summary>
    public bool HasChanged => !store.Current.IsLastReadInForce || Fingerprint() != _fingerprint;

    /// <summary>What the files hold now, in a few letters; equal when they hold the same, by whatever way they came there.</summary>
    public string Fingerprint() => Configuration.Fingerprint.Of(source.File is { } file ? [file, .. _keyFiles] : _keyFiles);

    /// <summary>Reads and, if all is good, applies.</summary>
    /// <param name="because">What the log says.</param>
    /// <param name="isAsked">Whether somebody asked for it, who wants to be told what is wrong, known or not.</param>
    public async Task<ConfigurationState> ReloadAsync(string because, bool isAsked)
    {
        await _turn.WaitAsync();
        try
        {
            var now = time.GetUtcNow();
            var before = store.Current;
            var fingerprint = Fingerprint();
            var read = await Task.Run(source.Load);
            var next = before with { LastRead = now, Warnings = [.. read.Warnings.Select(warning => warning.ToString())], Problems = [.. read.Problems.Select(problem => problem.ToString())] };
            _fingerprint = fingerprint;
            if (read.IsGood)
            {
                await apply(read.Options);
                Watch(read.Options);
                // What is pushed is decided at the start.
                next = Initial(before.Source, read.Options with { Otlp = _pushed! }, now) with { Warnings = next.Warnings };
            }

            Tell(isAsked ? [] : before.Problems, before, next, because);
            store.Replace(next);
            return next;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>The same problems again are no news.</summary>
    private void Tell(IReadOnlyList<string> told, ConfigurationState before, ConfigurationState next, string because)
    {
        if (next.IsLastReadInForce)
        {
            LogReloaded(logger, because, next.Source);
        }

        foreach (var problem in next.Problems.Except(told, StringComparer.Ordinal))
        {
            LogRefused(logger, because, problem);
        }

        foreach (var warning in next.Warnings.Except(before.Warnings, StringComparer.Ordinal))
        {
            LogDoubtful(logger, warning);
        }
    }

    [LoggerMessage(LogLevel.Information, "The configuration was reloaded.")]
    private static partial void LogReloaded(ILogger logger, string because, string source);

    [LoggerMessage(LogLevel.Error, "The configuration is bad, so the one before stays in force; after a restart the program would not run.")]
    private static partial void LogRefused(ILogger logger, string because, string problem);

    [LoggerMessage(LogLevel.Warning, "The configuration is doubtful.")]
    private static partial void LogDoubtful(ILogger logger, string warning);
}
