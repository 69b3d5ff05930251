using System.CommandLine;
using Exporter.Backtest;

// Time for the tables of the worlds that are through, when it is interrupted.
return await BacktestCommand
    .Create()
    .Parse(args)
    .InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(1) });
