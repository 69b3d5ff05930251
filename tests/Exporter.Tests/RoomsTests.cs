using System.Text.RegularExpressions;

namespace Exporter.Tests;

/// <summary>
/// The rooms stand on floors, and names point down: a scrape cannot call SendGrid, because it cannot name it. The picture is in
/// src/Exporter/README.md.
/// </summary>
public sealed partial class RoomsTests
{
    private static readonly string[] AllBelow =
    [
        "Disk",
        "Snapshots",
        "Telemetry",
        "Trust",
        "Network",
        "History",
        "Exposition",
        "SendGrid",
        "Web",
        "Polling",
        "Configuration",
    ];

    /// <summary>Each room with the rooms that it may name, floor by floor from the ground.</summary>
    private static readonly (int Floor, string Room, string[] Below)[] Rooms =
    [
        (0, "Disk", []),
        (0, "Snapshots", []),
        (0, "Telemetry", []),
        (0, "Trust", []),
        (1, "Network", ["Disk", "Trust"]),
        (1, "History", ["Disk", "Snapshots", "Telemetry"]),
        (1, "Exposition", ["Snapshots", "Telemetry"]),
        (2, "SendGrid", ["Disk", "Snapshots", "Telemetry", "Network"]),
        (2, "Web", ["Disk", "Snapshots", "Telemetry", "Trust", "History", "Exposition"]),
        (3, "Polling", ["Snapshots", "Telemetry", "SendGrid"]),
        (4, "Configuration", ["Disk", "Snapshots", "Telemetry", "Network", "History", "SendGrid", "Web", "Polling"]),
        (5, "Backfill", ["Disk", "Snapshots", "Telemetry", "History", "Exposition", "SendGrid", "Polling", "Configuration"]),
        (5, "Hosting", AllBelow),
        (6, "Cli", [.. AllBelow, "Backfill", "Hosting"]),
    ];

    public static TheoryData<string> Names => [.. Rooms.Select(static room => room.Room)];

    private static string Folder => Path.Combine(Repository.Root, "src", "Exporter");

    [Theory]
    [MemberData(nameof(Names))]
    public void A_room_names_only_the_rooms_below_that_it_may(string room)
    {
        var allowed = Rooms.Single(each => each.Room == room).Below.Append(room).ToHashSet();
        Assert.Empty(
            from source in Sources(Path.Combine(Folder, room))
            from named in Named(source.Text)
            where !allowed.Contains(named)
            select $"{source.File} names {named}"
        );
    }

    [Fact]
    public void Every_folder_is_a_room_and_every_arrow_points_down()
    {
        var folders = Directory.GetDirectories(Folder).Select(static folder => Path.GetFileName(folder)).Except(["bin", "obj"]);
        Assert.Equal(folders.Order(StringComparer.Ordinal), Rooms.Select(static room => room.Room).Order(StringComparer.Ordinal));

        var floors = Rooms.ToDictionary(static room => room.Room, static room => room.Floor);
        Assert.All(Rooms, room => Assert.All(room.Below, below => Assert.True(floors[below] < room.Floor, $"{room.Room} → {below}")));
    }

    /// <summary>As the test for all rooms finds them, whether they are written out or not.</summary>
    [Theory]
    [InlineData("using Exporter.Web;", "Web")]
    [InlineData("var client = new SendGrid.SendGridClient();", "SendGrid")]
    [InlineData("using Page = Exporter.Web.StatusPage;", "Web")]
    [InlineData("using static Exporter.Polling.Schedule;", "Polling")]
    [InlineData("global::Exporter.Polling.Schedule.Next()", "Polling")]
    [InlineData("model.Web.Title; Models.SendGrid.Name; // SendGrid.SendGridClient", null)]
    public void A_name_is_found_in_every_spelling(string text, string? room) => Assert.Equal(room is null ? [] : [room], Named(text));

    private static IEnumerable<string> Named(string text) =>
        RoomName().Matches(Code(text)).Select(static match => match.Groups["room"].Value);

    /// <summary>Without comments and without the file's own namespace.</summary>
    private static string Code(string text) => NoCode().Replace(text, "");

    private static IEnumerable<(string File, string Text)> Sources(string folder)
    {
        var files = Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files.Select(file => (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file)));
    }

    [GeneratedRegex(
        @"((?<![\w.])Exporter\.(?=\w+[.;])|(?<![\w.]))(?<room>Configuration|Network|SendGrid|Polling|Snapshots|History|Exposition|Telemetry|Trust|Web|Cli|Disk|Backfill|Hosting)(?=\.[A-Z]|;$)",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        1000
    )]
    private static partial Regex RoomName();

    [GeneratedRegex(@"//.*|^namespace .*", RegexOptions.Multiline, 1000)]
    private static partial Regex NoCode();
}
