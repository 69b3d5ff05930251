namespace Simulator;

/// <summary>An email before its course is fixed: the plan, changed by the events in time order.</summary>
internal sealed class MessageDraft(DateTimeOffset start, IEnumerable<SimulatedLink> links)
{
    public List<LinkDraft> Links { get; } = [.. links.Select(link => new LinkDraft(link.Url, link.Location, link.ClicksPerHour))];

    public Course Deliveries { get; } = [];

    public Course Answers { get; } = [];

    public List<Correction> DeliveriesCorrected { get; } = [];

    public List<Correction> OpensCorrected { get; } = [];

    /// <summary>Returns a time in hours since the world's start.</summary>
    public double Hour(DateTimeOffset at) => (at - start).TotalHours;

    public IEnumerable<LinkDraft> LinksAt(int location, DateTimeOffset at) =>
        Links.Where(link => link.Location == location && link.From <= Hour(at) && Hour(at) < link.Until && !link.IsReplaced);
}
