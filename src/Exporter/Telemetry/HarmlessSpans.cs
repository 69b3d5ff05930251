using System.Diagnostics;
using OpenTelemetry;

namespace Exporter.Telemetry;

/// <summary>Makes the texts of each span harmless when it ends, before anything pushes it.</summary>
internal sealed class HarmlessSpans : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = Harmless.Line(data.DisplayName);
        data.SetStatus(data.Status, data.StatusDescription is { } said ? Harmless.Line(said) : null);
        foreach (var (name, value) in data.TagObjects.ToList())
        {
            if (Harmless.Value(value) is string text)
            {
                data.SetTag(name, OneLine.From(text));
            }
        }
    }
}
