using Exporter.Telemetry;

namespace Exporter.Web;

/// <summary>Holds the one current <see cref="ConfigurationState"/>, and keeps its metrics in step.</summary>
internal sealed class ConfigurationStore
{
    private readonly ConfigurationInstruments _instruments;
    private volatile ConfigurationState _current;

    public ConfigurationStore(ConfigurationState initial, ConfigurationInstruments instruments)
    {
        (_current, _instruments) = (initial, instruments);
        Replace(initial);
    }

    public ConfigurationState Current => _current;

    public void Replace(ConfigurationState next)
    {
        _current = next;
        if (next.IsLastReadInForce)
        {
            _instruments.Loaded(() => next.InForceSince.At);
        }
        else
        {
            _instruments.RecordFailure();
        }
    }
}
