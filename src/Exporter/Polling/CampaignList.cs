namespace Exporter.Polling;

/// <summary>A list of everything of one kind that an account has, as a complete walk found it.</summary>
/// <param name="Rows">Those that can be asked for.</param>
/// <param name="SkippedRows">How many had no usable id.</param>
/// <param name="NamelessRows">How many of those had no id at all: each may be any campaign that is missed.</param>
internal sealed record CampaignList(IReadOnlyList<ListedCampaign> Rows, int SkippedRows, int NamelessRows = 0);
