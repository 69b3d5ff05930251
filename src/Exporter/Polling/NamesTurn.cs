using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>Who asks the undocumented list for names, and when it may be asked again.</summary>
internal sealed class NamesTurn(PollLog log)
{
    /// <summary>The client that asks now; <see langword="null"/> while none does.</summary>
    private SendGridClient? _askedBy;

    /// <summary>The time before which the API asked not to be asked again, on the client's clock.</summary>
    private DateTimeOffset? _notBefore;
    private bool _areMissing;

    /// <summary>Returns whether a client may ask now; it then asks until <see cref="End"/>.</summary>
    public bool TryBegin(SendGridClient client)
    {
        // One asking under former options is being ended, and its names would not count.
        if (_askedBy == client || client.Time.GetUtcNow() is var now && (_notBefore > now || client.NamesNotBefore > now))
        {
            return false;
        }

        _askedBy = client;
        return true;
    }

    public void End(SendGridClient asked) => _askedBy = _askedBy == asked ? null : _askedBy;

    /// <summary>What the API asked of one key is not asked of another.</summary>
    public void ClientChanged(SendGridClient former, SendGridClient next)
    {
        if (!former.AsksAs(next))
        {
            _notBefore = null;
        }
    }

    /// <summary>Takes down an answer under the options in force. The log tells once that names are missing.</summary>
    /// <returns>The names; <see langword="null"/> when the answer has none, so that those known stay.</returns>
    public IReadOnlyList<AutomationName>? Hear(ApiResult<AutomationNameList> names, DateTimeOffset? notBefore)
    {
        _notBefore = notBefore;
        if (names.Value is null && !_areMissing)
        {
            log.NamesMissing(names.Error!.Message);
        }

        _areMissing = names.Value is null;
        return names.Value?.Names;
    }
}
