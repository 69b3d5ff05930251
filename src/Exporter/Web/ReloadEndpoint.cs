namespace Exporter.Web;

/// <summary>Answers <c>POST /-/reload</c>.</summary>
/// <param name="isEnabled"><c>--web.enable-lifecycle</c>: anyone who reaches the port may reload.</param>
/// <param name="reload">Reads the configuration again.</param>
internal sealed class ReloadEndpoint(bool isEnabled, Func<Task<ConfigurationState>> reload)
{
    public async Task AnswerAsync(HttpContext context)
    {
        if (!isEnabled)
        {
            await TextResponse.WriteAsync(
                context,
                StatusCodes.Status403Forbidden,
                "Reloading over HTTP is off (--web.enable-lifecycle); SIGHUP reloads as well.\n"
            );
            return;
        }

        var state = await reload();
        await (
            state.IsLastReadInForce
                ? TextResponse.WriteAsync(
                    context,
                    StatusCodes.Status200OK,
                    Lines(["Reloaded.", .. state.Warnings.Select(warning => $"warning: {warning}")])
                )
                : TextResponse.WriteAsync(
                    context,
                    StatusCodes.Status400BadRequest,
                    Lines(["The configuration is bad; the previous one stays in force.", .. state.Problems])
                )
        );
    }

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
