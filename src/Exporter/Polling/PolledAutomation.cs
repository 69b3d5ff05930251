using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Polling;

/// <summary>What the poll loop remembers of one automation. Only the loop of its account touches it.</summary>
internal sealed class PolledAutomation(AutomationOptions options, TimeSpan interval, DateTimeOffset firstDue)
{
    public string Id => options.Id;

    /// <summary>Value of the label <c>automation</c>.</summary>
    public string Label => options.Name ?? options.Id;

    /// <summary>The interval in force.</summary>
    public TimeSpan Interval => interval;

    public DateTimeOffset Due { get; set; } = firstDue;

    public bool IsRunning { get; set; }

    public DateTimeOffset? LastStarted { get; set; }

    public bool IsTried { get; private set; }

    /// <summary>How the last attempt failed; <see langword="null"/> before the first one and after a success.</summary>
    public ApiErrorKind? LastError { get; private set; }

    /// <summary>When it began to fail; <see langword="null"/> while it does not.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    public DateTimeOffset? LastSuccess { get; private set; }

    /// <summary>Pages that a complete attempt takes, for the budget; 0 before the first one.</summary>
    public int Pages { get; private set; }

    /// <summary>Whether a walk of its links ever had rows: from then on a 404 is a failure, not "no data yet".</summary>
    public bool HadLinks { get; private set; }

    /// <summary>The same for its statistics.</summary>
    public bool HadStatistics { get; private set; }

    /// <summary>Since when the list no longer names it; it is not polled then and its values age out.</summary>
    public DateTimeOffset? DelistedAt { get; set; }

    /// <summary>The age of what a delisted automation leaves behind counts from here; <see langword="null"/> while it is listed.</summary>
    public DateTimeOffset? LastSeen => DelistedAt is null ? null : LastSuccess ?? DelistedAt;

    /// <summary>Remembers how an attempt ended.</summary>
    public void Took(PollOutcome outcome, DateTimeOffset now)
    {
        IsTried = true;
        LastError = outcome.Error?.Kind;
        FailingSince = outcome.Error is null ? null : FailingSince ?? now;
        if (outcome.Found is { } found)
        {
            LastSuccess = now;
            Pages = outcome.Pages;
            HadLinks |= found.Links.Count > 0;
            HadStatistics |= found.Steps.Length > 0;
        }
    }

    /// <summary>The public face before the first attempt.</summary>
    public AutomationSnapshot Untried() => new()
    {
        Id = Id,
        Label = Label,
        Interval = Interval,
        StepNames = [.. options.Steps.Select(step => (step.Id, step.Name))],
    };
}
