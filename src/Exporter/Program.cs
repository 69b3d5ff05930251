using Exporter.Cli;
using Exporter.Hosting;

// This comes before any descriptor is opened, which would get the number of a closed stream. It is too short for a signal to arrive.
StandardStream.Take();

// This comes before everything else: until then a signal ends the process as it ends one without handlers.
var signals = Signals.OfProcess();
var exitCode = await CommandLine.RunAsync(args, new Surroundings { Signals = signals, IsAtTerminal = !Console.IsOutputRedirected });
GC.KeepAlive(signals);
return exitCode;
