using Exporter;
using Exporter.Cli;

// Before anything else: until then a signal ends the process as it ends one that knows of none.
var signals = Signals.OfProcess();
var exitCode = await CommandLine.RunAsync(args, new Surroundings { Signals = signals });
GC.KeepAlive(signals);
return exitCode;
