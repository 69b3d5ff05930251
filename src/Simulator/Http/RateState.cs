using System.Globalization;

namespace Simulator;

/// <summary>The state of a budget; with a negative remainder the request is over the limit.</summary>
internal sealed record RateState(int Limit, int Remaining, DateTimeOffset Reset)
{
    public bool IsExceeded => Remaining < 0;

    public void WriteTo(Reply reply, string prefix = "X-RateLimit-")
    {
        reply.Headers[prefix + "Limit"] = Limit.ToString(CultureInfo.InvariantCulture);
        reply.Headers[prefix + "Remaining"] = Math.Max(0, Remaining).ToString(CultureInfo.InvariantCulture);
        reply.Headers[prefix + "Reset"] = (
            (Reset.UtcTicks - DateTime.UnixEpoch.Ticks + TimeSpan.TicksPerSecond - 1) / TimeSpan.TicksPerSecond
        ).ToString(CultureInfo.InvariantCulture);
    }
}
