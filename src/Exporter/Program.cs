using Exporter.Cli;
using Exporter.Hosting;

// This comes before any descriptor is opened, which would get the number of a closed stream, and before any thread is started.
StandardStream.FillGaps();
NativeHeap.Share();
try
{
    // This comes before everything that takes time: until then a signal waits, or ends the process where none is held back.
    var signals = Signals.OfProcess();
    HeldSignals.Release();
    StandardStream.Take();
    var exitCode = await CommandLine.RunAsync(args, new Surroundings { Signals = signals, IsAtTerminal = !Console.IsOutputRedirected });
    GC.KeepAlive(signals);
    return exitCode;
}
#pragma warning disable CA1031 // Any exception that leaves this method would abort the process.
catch (Exception e)
#pragma warning restore CA1031
{
    // The system had no thread or no memory even for the first steps.
    await Console.Error.WriteLineAsync($"error: {CommandLine.Describe(e)}");
    return ExitCode.Fatal;
}
