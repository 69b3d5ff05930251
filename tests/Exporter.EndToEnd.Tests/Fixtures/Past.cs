namespace Exporter.EndToEnd.Fixtures;

/// <summary>What the guide beside the rules says to do, to bring the past into a Prometheus that is to be started.</summary>
internal static class Past
{
    /// <summary>From <c>backfill</c> with these arguments through promtool.</summary>
    public static async Task BackfillAsync(TemporaryDirectory directory, ExporterProcess exporter, IEnumerable<string> arguments)
    {
        Tool.Promtool.Require();
        var file = Path.Combine(directory.Path, "past.om");
        var (code, output, error) = await ExporterProcess.RunAsync([
            "backfill",
            .. arguments,
            $"--label=instance={exporter.Address.Authority}",
            $"--output={file}",
        ]);
        Assert.True(code == 0, error);
        Assert.Empty(output);
        Assert.False(File.Exists(file + ".part"));
        await CreateBlocksAsync(directory, "openmetrics", file, PrometheusServer.DataIn(directory));
    }

    public static async Task CreateBlocksAsync(TemporaryDirectory directory, params string[] from)
    {
        Tool.Promtool.Require();
        await using var process = ChildProcess.Start(
            Tool.Promtool.Name,
            ["tsdb", "create-blocks-from", "--max-block-duration=9999h", .. from],
            directory.Path
        );
        Assert.True(await process.ExitCodeAsync() == 0, process.Error + process.Output);
    }
}
