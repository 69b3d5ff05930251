using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;
using Exporter.Configuration.Values;
using Exporter.Hosting;
using Exporter.Polling;
using Exporter.Telemetry;
using Exporter.Web;

namespace Exporter.Cli;

/// <summary>Defines every flag once; each command picks its own.</summary>
internal sealed class Flags
{
    private static readonly TimeSpan DefaultAutoReloadInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultBreakAfter = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(30);

    private readonly Option<TimeSpan?> _autoReloadInterval = new("--config.auto-reload-interval")
    {
        Description =
            "How often to check the configuration and the key files for changes, which cause a reload; 0 = never. Default "
            + $"{Durations.Format(DefaultAutoReloadInterval)}.",
        HelpName = "30s|5m|0",
        CustomParser = static result => Duration(result, "--config.auto-reload-interval", TimeSpan.Zero),
    };

    private readonly Option<TimeSpan?> _demoBreakAfter = new("--demo.break-after")
    {
        Description =
            $"When a busy link of the demo breaks, in real time; with 0s none breaks. Default {Durations.Format(DefaultBreakAfter)}.",
        HelpName = "30s|4m|…",
        CustomParser = static result => Duration(result, "--demo.break-after", TimeSpan.Zero),
    };

    public Option<string?> ConfigFile { get; } =
        new("--config.file")
        {
            Description = "Configuration file (YAML). Without it: one account from SENDGRID_API_KEY or SENDGRID_API_KEY_FILE.",
            HelpName = "file",
        };

    public Option<bool> EnableLifecycle { get; } =
        new("--web.enable-lifecycle") { Description = "Let POST /-/reload reload the configuration." };

    public Option<ListenAddress[]> ListenAddresses { get; } =
        new("--web.listen-address")
        {
            Description = "Address to listen on, or a Unix socket; repeatable. A name stands for all of its addresses.",
            HelpName = "[address]:port|unix:/path",
            Arity = ArgumentArity.OneOrMore,
            DefaultValueFactory = static _ => [new ListenAddress(Ip: null, Port: 10324)],
            CustomParser = static result => [.. result.Tokens.Select(token => Address(token.Value, result))],
        };

    public Option<bool> SystemdSocket { get; } =
        new("--web.systemd-socket")
        {
            Description = "Listen on the sockets that systemd passes (a socket unit) instead of --web.listen-address.",
        };

    public Option<ExternalUrl?> ExternalUrl { get; } =
        Url("--web.external-url", "Address at which people reach the program, for example behind a proxy; for links and redirects.");

    public Option<RoutePrefix?> RoutePrefix { get; } =
        new("--web.route-prefix")
        {
            Description = "Path under which all pages stand, even /-/healthy. Default: the path of --web.external-url.",
            HelpName = "/path",
            CustomParser = static result =>
            {
                if (Web.RoutePrefix.Read(result.Tokens[0].Value, out var prefix) is { } problem)
                {
                    result.AddError($"--web.route-prefix: {Web.RoutePrefix.Expected}, found '{result.Tokens[0].Value}': {problem}");
                }

                return prefix;
            },
        };

    public Option<ExternalUrl?> HealthUrl { get; } =
        Url("--url", "Address of the running instance, with its prefix, instead of the flags about where serve listens.");

    public Option<string?> WebConfigFile { get; } =
        new("--web.config.file")
        {
            Description = "TLS and basic authentication, in the exporter-toolkit's format (YAML).",
            HelpName = "file",
        };

    public Option<int> MaxRequests { get; } =
        new("--web.max-requests")
        {
            Description = "Number of scrapes answered at the same time; further ones get 503.",
            HelpName = "1..10000",
            DefaultValueFactory = static _ => 40,
        };

    public Option<string> StoragePath { get; } =
        new("--storage.path")
        {
            Description = "Directory for the saved state; --storage.path= saves nothing. Without this flag the demo saves nothing.",
            HelpName = "directory",
            DefaultValueFactory = static _ => "./data",
            Arity = ArgumentArity.ZeroOrOne,
        };

    public Option<int> ShardIndex { get; } =
        new("--shard") { Description = "Number of this process, from 0; it polls its share of the accounts.", HelpName = "number" };

    public Option<int> TotalShards { get; } =
        new("--total-shards")
        {
            Description = "Number of processes that share the accounts of the configuration.",
            HelpName = $"1..{Shard.MostShards}",
            DefaultValueFactory = static _ => 1,
        };

    public Option<string> LogLevel { get; } =
        OneOf(
            "--log.level",
            "Least important lines to log. The flag wins over log.level of the configuration.",
            "info",
            [.. LogOptions.Levels.Select(static level => level.Word)]
        );

    public Option<string> LogFormat { get; } = OneOf("--log.format", "Format of the log lines.", "logfmt", "logfmt", "json");

    public Option<bool> Demo { get; } =
        new("--demo") { Description = "Poll a simulated SendGrid inside this process: no account, no network." };

    public Option<double> DemoSpeed { get; } =
        new("--demo.speed")
        {
            Description = "How many times faster the simulated clock runs.",
            HelpName = "0.1..10000",
            DefaultValueFactory = static _ => 1,
        };

    public Option<int> DemoSeed { get; } =
        new("--demo.seed")
        {
            Description = "Chooses the simulated world.",
            HelpName = "number",
            DefaultValueFactory = static _ => 1,
        };

    public Flags()
    {
        Number(MaxRequests, 1, 10_000);
        Number(TotalShards, 1, Shard.MostShards);
        WholeNumber(ShardIndex);
        WholeNumber(DemoSeed);
        Number(DemoSpeed, 0.1, 10_000);
        ShardIndex.Validators.Add(result =>
        {
            // A value that is not a number has its own error; skip the range check then.
            if (
                NumberIn(result.GetResult(TotalShards), otherwise: 1) is { } total
                && NumberIn(result, otherwise: 0) is { } index
                && total > 0
                && (index < 0 || index >= total)
            )
            {
                result.AddError($"--shard: expected 0 to {total - 1}, because --total-shards is {total}, found {index}");
            }
        });
    }

    public Option AutoReloadInterval => _autoReloadInterval;

    public Option DemoBreakAfter => _demoBreakAfter;

    /// <summary>Returns the path of the pages on this server, and their public address.</summary>
    public PublicAddresses PlaceOf(ParseResult parsed) =>
        PublicAddresses.Create(parsed.GetValue(RoutePrefix), parsed.GetValue(ExternalUrl));

    /// <summary>Returns the interval; zero turns reloading off.</summary>
    public TimeSpan AutoReloadIntervalOf(ParseResult parsed) => parsed.GetValue(_autoReloadInterval) ?? DefaultAutoReloadInterval;

    /// <summary>Returns the options of the demo, or <see langword="null"/> without <c>--demo</c>.</summary>
    public DemoOptions? DemoOf(ParseResult parsed) =>
        parsed.GetValue(Demo) ? new DemoOptions(parsed.GetValue(DemoSpeed), parsed.GetValue(DemoSeed), BreakAfterOf(parsed)) : null;

    /// <summary>
    /// Returns the directory for the saved state; empty keeps none. The demo is often a user's first look at the program, so it leaves no
    /// files behind unless asked to. For <c>--storage.path=</c> the parser sees a flag without a value and would use the default.
    /// </summary>
    public string StoragePathOf(ParseResult parsed)
    {
        if (parsed.GetResult(StoragePath) is { Implicit: false } given)
        {
            return given.Tokens is [{ Value: var path }] ? path : "";
        }

        return parsed.GetValue(Demo) ? "" : parsed.GetRequiredValue(StoragePath);
    }

    /// <summary>Returns the directory for the demo's state; <see langword="null"/> when it was not given.</summary>
    public string? DemoStoragePathOf(ParseResult parsed) =>
        parsed.GetResult(StoragePath) is { Implicit: false } ? StoragePathOf(parsed) : null;

    public Shard ShardOf(ParseResult parsed) => new(parsed.GetValue(ShardIndex), parsed.GetValue(TotalShards));

    /// <summary>Returns the level from the flag or its twin; <see langword="null"/> leaves it to the configuration.</summary>
    public LogLevel? LogLevelOf(ParseResult parsed) =>
        parsed.GetResult(LogLevel) is { Implicit: false }
            ? Array.Find(LogOptions.Levels, level => level.Word == parsed.GetValue(LogLevel)).Level
            : null;

    public LogFormat LogFormatOf(ParseResult parsed) =>
        parsed.GetValue(LogFormat) is "json" ? Telemetry.LogFormat.Json : Telemetry.LogFormat.Logfmt;

    /// <summary>Creates a flag that takes one of several words.</summary>
    public static Option<string> OneOf(string name, string description, string standard, params string[] words)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            HelpName = string.Join('|', words),
            DefaultValueFactory = _ => standard,
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !words.Contains(text, StringComparer.Ordinal))
            {
                result.AddError($"{name}: expected {string.Join(", ", words.SkipLast(1))} or {words[^1]}, found '{text}'");
            }
        });
        return option;
    }

    private TimeSpan BreakAfterOf(ParseResult parsed) => parsed.GetValue(_demoBreakAfter) ?? DefaultBreakAfter;

    /// <summary>Creates a flag for the address of our pages. Errors do not repeat the value: it may hold a password.</summary>
    private static Option<ExternalUrl?> Url(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "https://host/path",
            CustomParser = result =>
            {
                if (Web.ExternalUrl.Read(result.Tokens[0].Value, out var url) is { } problem)
                {
                    result.AddError($"{name}: {Web.ExternalUrl.Expected}, found something else: {problem}");
                }

                return url;
            },
        };

    private static ListenAddress Address(string text, ArgumentResult result)
    {
        if (!ListenAddress.TryParse(text, out var address))
        {
            result.AddError($"--web.listen-address: {ListenAddress.Expected}, found '{text}'");
        }

        return address;
    }

    /// <summary>Returns the duration in a flag, up to thirty days; zero needs no unit.</summary>
    public static TimeSpan Duration(ArgumentResult result, string flag, TimeSpan least)
    {
        var text = result.Tokens[0].Value;
        if (!Durations.TryParse(text is "0" ? "0s" : text, out var duration) || duration < least || duration > LongestDuration)
        {
            result.AddError(
                $"{flag}: expected a duration from {Durations.Format(least)} to {Durations.Format(LongestDuration)}, for example 5m, "
                    + $"found '{text}'"
            );
        }

        return duration;
    }

    /// <summary>Limits a flag to a range of numbers.</summary>
    private static void Number<T>(Option<T> option, T least, T most)
        where T : struct, INumber<T> =>
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (Read<T>(text) is { } value && value >= least && value <= most)
            {
                return value;
            }

            result.AddError($"{option.Name}: expected {least} to {most}, found {text}");
            return default;
        };

    private static void WholeNumber(Option<int> option) =>
        option.CustomParser = result =>
        {
            if (Read<int>(result.Tokens[0].Value) is { } value)
            {
                return value;
            }

            result.AddError($"{option.Name}: expected a whole number, found {result.Tokens[0].Value}");
            return default;
        };

    /// <summary>Returns the number in a flag, or <see langword="null"/> when it is not a number.</summary>
    private static int? NumberIn(OptionResult? result, int otherwise) =>
        result is { Tokens: [{ Value: var text }, ..] } ? Read<int>(text) : otherwise;

    /// <summary>Reads every number on the command line, so that no two flags, and no two looks at one flag, differ on what it is.</summary>
    /// <returns><see langword="null"/> when it is not a number of this type.</returns>
    private static T? Read<T>(string text)
        where T : struct, INumber<T> => T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;
}
