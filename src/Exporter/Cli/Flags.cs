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

/// <summary>Every flag once; commands pick theirs.</summary>
internal sealed class Flags
{
    private static readonly TimeSpan DefaultAutoReloadInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultBreakAfter = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan LongestDuration = TimeSpan.FromDays(30);

    private readonly Option<TimeSpan?> _autoReloadInterval = new("--config.auto-reload-interval")
    {
        Description =
            "How often to look whether the configuration or a key file has changed, and then to reload; 0 = never. Default "
            + $"{Durations.Format(DefaultAutoReloadInterval)}.",
        HelpName = "30s|5m|0",
        CustomParser = static result => Duration(result, "--config.auto-reload-interval", TimeSpan.Zero),
    };

    private readonly Option<TimeSpan?> _demoBreakAfter = new("--demo.break-after")
    {
        Description =
            $"When a busy link of the demo breaks, whatever the speed; 0s lets none break. Default {Durations.Format(DefaultBreakAfter)}.",
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
            Description = "Address to listen on, or a Unix socket; repeatable. A name is each of its addresses.",
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
        Url("--web.external-url", "Where people reach the program, for example behind a proxy; for links and redirects.");

    public Option<RoutePrefix?> RoutePrefix { get; } =
        new("--web.route-prefix")
        {
            Description = "Path under which everything is, /-/healthy too. Default: the path of --web.external-url.",
            HelpName = "/path",
            CustomParser = static result =>
            {
                if (Web.RoutePrefix.Read(result.Tokens[0].Value, out var prefix) is { } problem)
                {
                    result.AddError($"--web.route-prefix: {Web.RoutePrefix.Expected}, and of '{result.Tokens[0].Value}' {problem}");
                }

                return prefix;
            },
        };

    public Option<ExternalUrl?> HealthUrl { get; } =
        Url("--url", "Where the running instance is, with its prefix, instead of --web.listen-address.");

    public Option<string?> WebConfigFile { get; } =
        new("--web.config.file")
        {
            Description = "TLS and basic authentication, in the exporter-toolkit's format (YAML).",
            HelpName = "file",
        };

    public Option<int> MaxRequests { get; } =
        new("--web.max-requests")
        {
            Description = "Scrapes answered at the same time.",
            HelpName = "1..10000",
            DefaultValueFactory = static _ => 40,
        };

    public Option<string> StoragePath { get; } =
        new("--storage.path")
        {
            Description = "Directory for the saved state; empty keeps nothing. Without one the demo keeps nothing beyond its end.",
            HelpName = "directory",
            DefaultValueFactory = static _ => "./data",
            Arity = ArgumentArity.ZeroOrOne,
        };

    public Option<int> ShardIndex { get; } =
        new("--shard") { Description = "Which of the processes this is, from 0; it polls its share of the accounts.", HelpName = "number" };

    public Option<int> TotalShards { get; } =
        new("--total-shards")
        {
            Description = "How many processes share the accounts of the configuration.",
            HelpName = $"1..{Shard.MostShards}",
            DefaultValueFactory = static _ => 1,
        };

    public Option<string> LogLevel { get; } =
        OneOf(
            "--log.level",
            "Least important lines to log. Given, it wins over log.level of the configuration.",
            "info",
            [.. LogOptions.Levels.Select(static level => level.Word)]
        );

    public Option<string> LogFormat { get; } = OneOf("--log.format", "Shape of the log lines.", "logfmt", "logfmt", "json");

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
            // What is no number is reported by itself, and says nothing about the other one.
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

    /// <summary>Under which path the pages are, and how people reach them.</summary>
    public PublicPlace PlaceOf(ParseResult parsed) => PublicPlace.Create(parsed.GetValue(RoutePrefix), parsed.GetValue(ExternalUrl));

    /// <summary>Zero is never.</summary>
    public TimeSpan AutoReloadIntervalOf(ParseResult parsed) => parsed.GetValue(_autoReloadInterval) ?? DefaultAutoReloadInterval;

    /// <summary>The demo that was asked for, or <see langword="null"/>.</summary>
    public DemoOptions? DemoOf(ParseResult parsed) =>
        parsed.GetValue(Demo) ? new DemoOptions(parsed.GetValue(DemoSpeed), parsed.GetValue(DemoSeed), BreakAfterOf(parsed)) : null;

    /// <summary>
    /// Directory for the saved state; empty keeps nothing. The demo is somebody's first look: it leaves no files behind unasked. Of
    /// <c>--storage.path=</c> the parser makes a flag without a value, and would give it the default.
    /// </summary>
    public string StoragePathOf(ParseResult parsed) =>
        parsed.GetResult(StoragePath) is { Implicit: false } given
            ? given.Tokens is [{ Value: var path }]
                ? path
                : ""
            : parsed.GetValue(Demo)
                ? ""
                : parsed.GetRequiredValue(StoragePath);

    /// <summary>Where the demo keeps what it sees; <see langword="null"/> when nothing was said.</summary>
    public string? DemoStoragePathOf(ParseResult parsed) =>
        parsed.GetResult(StoragePath) is { Implicit: false } ? StoragePathOf(parsed) : null;

    public Shard ShardOf(ParseResult parsed) => new(parsed.GetValue(ShardIndex), parsed.GetValue(TotalShards));

    /// <summary>What was given, on the command line or by the twin; <see langword="null"/> leaves it to the configuration.</summary>
    public LogLevel? LogLevelOf(ParseResult parsed) =>
        parsed.GetResult(LogLevel) is { Implicit: false }
            ? Array.Find(LogOptions.Levels, level => level.Word == parsed.GetValue(LogLevel)).Level
            : null;

    public LogFormat LogFormatOf(ParseResult parsed) =>
        parsed.GetValue(LogFormat) is "json" ? Telemetry.LogFormat.Json : Telemetry.LogFormat.Logfmt;

    /// <summary>A flag that takes one of some words.</summary>
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

    /// <summary>A flag that takes the address of our pages. What was found is not repeated: it may hold a password.</summary>
    private static Option<ExternalUrl?> Url(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "https://host/path",
            CustomParser = result =>
            {
                if (Web.ExternalUrl.Read(result.Tokens[0].Value, out var url) is { } problem)
                {
                    result.AddError($"{name}: {Web.ExternalUrl.Expected}, and of what was found {problem}");
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

    /// <summary>The duration that a flag was given, up to thirty days; zero is also written without a unit.</summary>
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

    /// <summary>Lets a flag take a number within bounds.</summary>
    private static void Number<T>(Option<T> option, T least, T most)
        where T : struct, INumber<T> =>
        option.CustomParser = result =>
        {
            var text = result.Tokens[0].Value;
            if (
                !T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                || value.CompareTo(least) < 0
                || value.CompareTo(most) > 0
            )
            {
                result.AddError($"{option.Name}: expected {least} to {most}, found {text}");
            }

            return value;
        };

    private static void WholeNumber(Option<int> option) =>
        option.CustomParser = result =>
        {
            if (!int.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value))
            {
                result.AddError($"{option.Name}: expected a whole number, found {result.Tokens[0].Value}");
            }

            return value;
        };

    /// <summary>The number that a flag was given, or <see langword="null"/> when it is none.</summary>
    private static int? NumberIn(OptionResult? result, int otherwise) =>
        result is not { Tokens: [{ Value: var text }, ..] } ? otherwise
        : int.TryParse(text, CultureInfo.InvariantCulture, out var number) ? number
        : null;
}
