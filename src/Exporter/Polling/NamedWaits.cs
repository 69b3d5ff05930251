using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>Times that the API named, which are on the client's clock (<see cref="SendGridClient.Time"/>), on the machine's.</summary>
internal static class NamedWaits
{
    public static DateTimeOffset? InMachineTime(this SendGridClient client, DateTimeOffset? named, DateTimeOffset now) =>
        (now - client.Time.GetUtcNow()) is var ahead && ahead.Duration() > ClockReading.Tolerance ? named.ShiftedBy(ahead) : named;

    /// <returns><see langword="null"/> when that time has come.</returns>
    public static DateTimeOffset? StillAhead(this SendGridClient client, DateTimeOffset named, DateTimeOffset now) =>
        named > client.Time.GetUtcNow() && client.InMachineTime(named, now) is { } until && until > now ? until : null;
}
