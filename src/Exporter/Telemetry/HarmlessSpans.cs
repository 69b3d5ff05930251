using System.Diagnostics;
using OpenTelemetry;

namespace Exporter.Telemetry;

/// <summary>Makes the texts of each span harmless when it ends, before anything pushes it.</summary>
internal sealed class HarmlessSpans(Harmless harmless) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        data.DisplayName = harmless.Line(data.DisplayName);
        data.SetStatus(data.Status, data.StatusDescription is { } said ? harmless.Line(said) : null);
        foreach (var (name, value) in data.TagObjects.ToList())
        {
            if (harmless.Value(value) is string text)
            {
                data.SetTag(name, OneLine.From(text));
            }
        }
    }
}
