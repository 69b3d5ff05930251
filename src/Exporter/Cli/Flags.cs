using System.CommandLine;
using System.CommandLine.Parsing;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Exporter.Configuration;
using Exporter.Polling;
using Exporter.Telemetry;

namespace Exporter.Cli;

/// <summary>Every flag once; commands pick theirs.</summary>
internal sealed class Flags
{
    public Option<string?> ConfigFile { get; } = new("--config.file")
    {
        Description = "Configuration file (YAML). Without it: one account from SENDGRID_API_KEY or SENDGRID_API_KEY_FILE.",
        HelpName = "file",
    };

    public Option<TimeSpan> AutoReloadInterval { get; } = new("--config.auto-reload-interval")
    {
        Description = "How often to look whether the configuration or a key file has changed, and then to reload; 0 = never.",
        HelpName = "30s|5m|0",
        DefaultValueFactory = static _ => TimeSpan.FromSeconds(30),
        CustomParser = static result => Duration(result.Tokens[0].Value, result, "--config.auto-reload-interval"),
    };

    public Option<bool> EnableLifecycle { get; } = new("--web.enable-lifecycle")
    {
        Description = "Let POST /-/reload reload the configuration.",
    };

    public Option<ListenAddress[]> ListenAddresses { get; } = new("--web.listen-address")
    {
        Description = "Address to listen on; repeatable.",
        HelpName = "[address]:port",
        Arity = ArgumentArity.OneOrMore,
        DefaultValueFactory = static _ => [new ListenAddress(Ip: null, Port: 10324)],
        CustomParser = static result => [.. result.Tokens.Select(token => Address(token.Value, result))],
    };

    public Option<string?> WebConfigFile { get; } = new("--web.config.file")
    {
        Description = "TLS and basic authentication, in the exporter-toolkit's format (YAML).",
        HelpName = "file",
    };

    public Option<int> MaxRequests { get; } = new("--web.max-requests")
    {
        Description = "Scrapes answered at the same time.",
        HelpName = "1..10000",
        DefaultValueFactory = static _ => 40,
    };

    public Option<string> StoragePath { get; } = new("--storage.path")
    {
        Description = "Directory for the saved state; empty keeps nothing. The demo keeps only what it is given one for.",
        HelpName = "directory",
        DefaultValueFactory = static _ => "./data",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public Option<int> ShardIndex { get; } = new("--shard")
    {
        Description = "Which of the processes this is, from 0; it polls its share of the accounts.",
        HelpName = "number",
    };

    public Option<int> TotalShards { get; } = new("--total-shards")
    {
        Description = "How many processes share the accounts of the configuration.",
        HelpName = $"1..{Shard.MostShards}",
        DefaultValueFactory = static _ => 1,
    };

    public Option<string> LogLevel { get; } = OneOf("--log.level", "Least important lines to log.", "info", "debug", "info", "warn", "error");

    public Option<string> LogFormat { get; } = OneOf("--log.format", "Shape of the log lines.", "logfmt", "logfmt", "json");

    public Option<bool> Demo { get; } = new("--demo")
    {
        Description = "Poll a simulated SendGrid inside this process: no account, no network.",
    };

    public Option<double> DemoSpeed { get; } = new("--demo.speed")
    {
        Description = "How many times faster the simulated clock runs.",
        HelpName = "0.1..10000",
        DefaultValueFactory = static _ => 1,
    };

    public Option<int> DemoSeed { get; } = new("--demo.seed")
    {
        Description = "Chooses the simulated world.",
        HelpName = "number",
        DefaultValueFactory = static _ => 1,
    };

    public Option<TimeSpan> DemoBreakAfter { get; } = new("--demo.break-after")
    {
        Description = "When a busy link of the demo breaks, whatever the speed; 0s lets none break.",
        HelpName = "30s|4m|…",
        DefaultValueFactory = static _ => TimeSpan.FromMinutes(4),
        CustomParser = static result => Duration(result.Tokens[0].Value, result, "--demo.break-after"),
    };

    public Flags()
    {
        Range(MaxRequests, 1, 10_000);
        Range(TotalShards, 1, Shard.MostShards);
        ShardIndex.Validators.Add(result =>
        {
            // A total that is no number is reported by itself, and says nothing about this.
            var total = result.GetResult(TotalShards) is not { } given ? 1 : TryNumber<int>(given, out var number) ? number : 0;
            if (TryNumber<int>(result, out var index) && total >= 1 && (index < 0 || index >= total))
            {
                result.AddError($"--shard: expected 0 to {total - 1}, because --total-shards is {total}, found {index}");
            }
        });
        Range(DemoSpeed, 0.1, 10_000);
    }

    /// <summary>The demo that was asked for, or <see langword="null"/>.</summary>
    public DemoOptions? DemoOf(ParseResult parsed) =>
        parsed.GetValue(Demo) ? new DemoOptions(parsed.GetValue(DemoSpeed), parsed.GetValue(DemoSeed), parsed.GetValue(DemoBreakAfter)) : null;

    /// <summary>
    /// Directory for the saved state; empty keeps nothing. The demo is somebody's first look: it leaves no files behind unasked. Of
    /// <c>--storage.path=</c> the parser makes a flag without a value, and would give it the default.
    /// </summary>
    public string StoragePathOf(ParseResult parsed) =>
        parsed.GetResult(StoragePath) is { Implicit: false } given ? given.Tokens is [{ Value: var path }] ? path : ""
        : parsed.GetValue(Demo) ? "" : parsed.GetRequiredValue(StoragePath);

    public Shard ShardOf(ParseResult parsed) => new(parsed.GetValue(ShardIndex), parsed.GetValue(TotalShards));

    public LogLevel LogLevelOf(ParseResult parsed) => parsed.GetValue(LogLevel) switch
    {
        "debug" => Microsoft.Extensions.Logging.LogLevel.Debug,
        "warn" => Microsoft.Extensions.Logging.LogLevel.Warning,
        "error" => Microsoft.Extensions.Logging.LogLevel.Error,
        _ => Microsoft.Extensions.Logging.LogLevel.Information,
    };

    public LogFormat LogFormatOf(ParseResult parsed) => parsed.GetValue(LogFormat) is "json" ? Telemetry.LogFormat.Json : Telemetry.LogFormat.Logfmt;

    private static ListenAddress Address(string text, ArgumentResult result)
    {
        if (!ListenAddress.TryParse(text, out var address))
        {
            result.AddError($"--web.listen-address: {ListenAddress.Expected}, found '{text}'");
        }

        return address;
    }

    private static TimeSpan Duration(string text, ArgumentResult result, string flag)
    {
        if (!Durations.TryParse(text is "0" ? "0s" : text, out var duration) || duration > TimeSpan.FromDays(30))
        {
            result.AddError($"{flag}: expected a duration up to 30d, for example 30s or 4m, or 0, found '{text}'");
        }

        return duration;
    }

    private static Option<string> OneOf(string name, string description, string standard, params string[] words)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => standard };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static void Range<T>(Option<T> option, T least, T most)
        where T : IComparable<T>, IParsable<T> =>
        option.Validators.Add(result =>
        {
            if (TryNumber<T>(result, out var value) && (value.CompareTo(least) < 0 || value.CompareTo(most) > 0))
            {
                result.AddError($"{option.Name}: expected {least} to {most}, found {value}");
            }
        });

    /// <summary>What was given, or the default. What is no number is reported by the parser, whose own way to read it throws then.</summary>
    private static bool TryNumber<T>(OptionResult result, [MaybeNullWhen(false)] out T value)
        where T : IParsable<T>
    {
        if (result.Tokens is [{ Value: var text }, ..])
        {
            return T.TryParse(text, CultureInfo.InvariantCulture, out value);
        }

        value = result.GetValueOrDefault<T>();
        return value is not null;
    }
}

/// <summary>What <c>--demo</c> was given.</summary>
internal sealed record DemoOptions(double Speed, int Seed, TimeSpan BreakAfter);
