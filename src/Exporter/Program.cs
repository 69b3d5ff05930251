using Exporter.Cli;
using Exporter.Hosting;

// Before a descriptor is opened, which would take the number of a closed stream. It takes no time in which a signal could come.
StandardStream.Take();

// Before anything else: until then a signal ends the process as it ends one that knows of none.
var signals = Signals.OfProcess();
var exitCode = await CommandLine.RunAsync(args, new Surroundings { Signals = signals, IsAtTerminal = !Console.IsOutputRedirected });
GC.KeepAlive(signals);
return exitCode;
