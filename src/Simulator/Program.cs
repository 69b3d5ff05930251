using Simulator;

return await SimulatorCommand.RunAsync(args);
