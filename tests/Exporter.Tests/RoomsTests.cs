using System.Text.RegularExpressions;

namespace Exporter.Tests;

/// <summary>The rooms stand in a row and nothing points left: a scrape cannot call SendGrid, because it cannot name it.</summary>
public sealed partial class RoomsTests
{
    private static readonly string[] Rooms =
        ["Configuration", "Network", "SendGrid", "Polling", "Snapshots", "History", "Exposition", "Telemetry", "Web", "Cli", "Disk"];

    [Theory]
    [InlineData("Snapshots", "")]
    [InlineData("Telemetry", "")]
    [InlineData("Disk", "")]
    [InlineData("Network", "Disk")]
    [InlineData("SendGrid", "Disk Network Snapshots Telemetry")]
    [InlineData("Polling", "SendGrid Snapshots Telemetry")]
    [InlineData("History", "Disk Snapshots Telemetry")]
    [InlineData("Exposition", "Snapshots Telemetry")]
    [InlineData("Web", "Disk Snapshots Exposition History Telemetry")]
    [InlineData("Configuration", "Disk Network SendGrid Polling Snapshots History Web Telemetry")]
    public void A_room_names_only_the_rooms_that_it_may(string room, string allowed)
    {
        var forbidden = Rooms.Except(allowed.Split(' ')).Except([room]).ToHashSet();
        Assert.Empty(
            from source in Sources(room)
            from Match named in RoomName().Matches(source.Text)
            where forbidden.Contains(named.Groups["room"].Value)
            select $"{source.File} names {named.Groups["room"].Value}");
    }

    private static IEnumerable<(string File, string Text)> Sources(string room)
    {
        var folder = Path.Combine(Repository.Root, "src", "Exporter", room);
        var files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files.Select(file => (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)));
    }

    [GeneratedRegex(@"(?<![\w.])Exporter\.(?<room>\w+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RoomName();
}
