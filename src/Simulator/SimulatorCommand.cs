using System.CommandLine;
using System.Globalization;
using System.Net.Sockets;
using System.Numerics;

namespace Simulator;

/// <summary>Runs the simulator as a program of its own.</summary>
internal static class SimulatorCommand
{
    private static readonly Option<int> Port = new("--port")
    {
        Description = "port on 127.0.0.1; 0 takes a free one",
        DefaultValueFactory = _ => 8181,
    };
    private static readonly Option<long> Seed = new("--seed")
    {
        Description = "number that selects the world",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<double> Speed = new("--speed")
    {
        Description = "factor by which the world's clock runs faster than real time",
        DefaultValueFactory = _ => 1,
    };
    private static readonly Option<string> Kind = new("--world")
    {
        Description = "demo, several, rough, strange, or a size: accounts x automations x steps x links, such as 1x130x10x15",
        DefaultValueFactory = _ => "demo",
    };
    private static readonly Option<double> BreakAfter = new("--break-after")
    {
        Description = "minutes until a busy link of the demo breaks; with 0 none does",
        DefaultValueFactory = _ => 4,
    };
    private static readonly Option<int> RateLimit = new("--rate-limit")
    {
        Description = "requests a minute, per account and endpoint",
        DefaultValueFactory = _ => 600,
    };
    private static readonly Option<string[]> Behaviour = new("--behaviour")
    {
        Description = "name[=argument][@key=value,…] with account, automation, singlesend, endpoint, for, times, skip; repeatable",
        DefaultValueFactory = _ => [],
    };
    private static readonly Option<bool> ListBehaviours = new("--list-behaviours") { Description = "print every behaviour" };
    private static readonly Option<bool> Quiet = new("--quiet") { Description = "do not print the requests" };

    /// <summary>The number of links that fits into the memory of a small machine.</summary>
    private const int MostLinks = 2_000_000;

    static SimulatorCommand()
    {
        Within(Seed, long.MinValue, long.MaxValue);
        Within(Port, 0, ushort.MaxValue);
        Within(Speed, 0.001, 100_000);
        Within(BreakAfter, 0, 1_000_000);
        Within(RateLimit, 1, int.MaxValue);
    }

    /// <returns>The exit code: 0; 2 for arguments that cannot be parsed; 1 for any other error.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        try
        {
            var parsed = Create()
                .Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
            if (parsed.Errors.Count == 0)
            {
                return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            }

            await parsed.InvokeAsync();
            return 2;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            try
            {
                await Console.Error.WriteLineAsync(e.Message);
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                // Standard error failed too, so the message is lost.
            }

            return 1;
        }
    }

    public static RootCommand Create()
    {
        var command = new RootCommand("A simulated SendGrid: believable campaigns and every known bad habit of the API, over HTTP.")
        {
            Port,
            Seed,
            Speed,
            Kind,
            BreakAfter,
            RateLimit,
            Behaviour,
            ListBehaviours,
            Quiet,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken ct)
    {
        var output = arguments.InvocationConfiguration.Output;
        if (arguments.GetValue(ListBehaviours))
        {
            await output.WriteAsync(BehaviourList.Text());
            return 0;
        }

        try
        {
            await using var simulated = await SimulatedSendGrid.StartAsync(Options(arguments, output), ct);
            foreach (var rule in arguments.GetValue(Behaviour)!)
            {
                simulated.Behaviours.Add(rule);
            }

            await output.WriteAsync(Announcement.Text(simulated));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ct);
            return 0;
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            await arguments.InvocationConfiguration.Error.WriteLineAsync(e.Message);
            return e is FormatException ? 2 : 1;
        }
    }

    private static void Within<T>(Option<T> option, T least, T most)
        where T : struct, INumber<T> =>
        option.Validators.Add(result =>
        {
            if (
                result.Tokens is [{ Value: var text }]
                && !(
                    T.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var value)
                    && value >= least
                    && value <= most
                )
            )
            {
                result.AddError($"{option.Name}: expected {least} to {most}, found {text}");
            }
        });

    private static SimulatorOptions Options(ParseResult arguments, TextWriter output) =>
        new()
        {
            World = World(arguments),
            Port = arguments.GetValue(Port),
            Speed = arguments.GetValue(Speed),
            RateLimit = arguments.GetValue(RateLimit),
            Log = arguments.GetValue(Quiet) ? null : output.WriteLine,
        };

    private static WorldOptions World(ParseResult arguments)
    {
        var seed = arguments.GetValue(Seed);
        var kind = arguments.GetValue(Kind)!;
        return kind switch
        {
            "demo" => WorldOptions.Demo(seed, TimeSpan.FromMinutes(arguments.GetValue(BreakAfter))),
            "several" => WorldOptions.Several(seed),
            "rough" => WorldOptions.Rough(seed),
            "strange" => WorldOptions.Strange(seed),
            _ when kind.Split('x').Select(n => int.TryParse(n, out var number) ? number : 0).ToArray() is [> 0, > 0, > 0, > 0] size
                    && size.Aggregate(1m, static (all, n) => all * n) <= MostLinks => WorldOptions.Sized(
                size[0],
                size[1],
                size[2],
                size[3],
                seed
            ),
            _ => throw new FormatException(
                $"\"{kind}\" is not a world: demo, several, rough, strange, or a size such as 1x130x10x15, of at most {MostLinks} links"
            ),
        };
    }
}
