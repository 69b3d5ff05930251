using Exporter.SendGrid;

namespace Exporter.Polling;

/// <summary>Who asks the undocumented list for names, and when it may be asked again.</summary>
internal sealed class NamesTurn(PollLog log)
{
    /// <summary>The client that asks now; <see langword="null"/> while none does.</summary>
    private SendGridClient? _askedBy;

    /// <summary>The wait that the API named.</summary>
    private NamedWait? _wait;

    /// <summary>The number of the key that gets no names; <see langword="null"/> when the last answer had them.</summary>
    private int? _missingFor;

    /// <summary>Returns whether a client may ask now; it then asks until <see cref="End"/>.</summary>
    public bool TryBegin(SendGridClient client)
    {
        // One asking under former options is being ended, and its names would not count.
        var now = client.Time.GetUtcNow();
        if (_askedBy == client || _wait?.For(client.Key.KeyNumber) > now || client.NamesNotBefore > now)
        {
            return false;
        }

        _askedBy = client;
        return true;
    }

    public void End(SendGridClient asked) => _askedBy = _askedBy == asked ? null : _askedBy;

    /// <summary>What another server or subuser, or another entry for a key, was told is not about this one.</summary>
    public void ClientChanged(SendGridClient former, SendGridClient next)
    {
        if (!former.AsksAs(next))
        {
            (_wait, _missingFor) = (null, null);
        }
    }

    /// <summary>Takes down an answer under the options in force. The log tells once for each key that names are missing.</summary>
    /// <returns>The names; <see langword="null"/> when the answer has none, so that those known stay.</returns>
    public IReadOnlyList<AutomationName>? Hear(ApiResult<AutomationNameList> names, NamedWait? wait, int keyNumber)
    {
        _wait = wait;
        if (names.Value is null && _missingFor != keyNumber)
        {
            log.NamesMissing(names.Error!.Message);
        }

        _missingFor = names.Value is null ? keyNumber : null;
        return names.Value?.Names;
    }
}
