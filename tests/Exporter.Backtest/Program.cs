using Exporter.Backtest;

return await BacktestCommand.Create().Parse(args).InvokeAsync();
