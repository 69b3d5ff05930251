using Exporter;
using Exporter.Cli;

return await CommandLine.RunAsync(args, new Surroundings());
