using Exporter;
using Exporter.Cli;

StandardStream.Take();
return await CommandLine.RunAsync(args, new Surroundings());
