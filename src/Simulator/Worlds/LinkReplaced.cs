namespace Simulator;

/// <summary>The link at a location gets another URL, which gets the new clicks; the old row keeps its clicks.</summary>
public sealed record LinkReplaced(DateTimeOffset At, string CampaignId, string? StepId, int Location, string Url)
    : WorldEvent(At, CampaignId, StepId)
{
    internal override void Change(MessageDraft message)
    {
        var hour = message.Hour(At);
        foreach (var link in message.LinksAt(Location, At).ToArray())
        {
            var rate = link.Rates.Count == 0 ? 1 : link.Rates[^1].Factor;
            link.Rates.Add((hour, 0));
            link.IsReplaced = true;
            message.Links.Add(new(Url, Location, link.ClicksPerHour * rate) { From = hour });
        }
    }
}
