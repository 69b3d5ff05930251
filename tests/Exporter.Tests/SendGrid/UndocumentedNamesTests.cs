using System.Text;
using Exporter.SendGrid;
using Exporter.Snapshots;

namespace Exporter.Tests.SendGrid;

public sealed class UndocumentedNamesTests
{
    [Theory]
    [InlineData("""{"result":[{"id":"a","name":"Welcome","steps":[{"id":"s","name":"Day 1"}]}]}""")]
    [InlineData("""{"results":[{"id":"a","title":"Welcome","steps":[{"id":"s","title":"Day 1"}]}]}""")]
    [InlineData(
        """[{"id":"a","name":"Welcome","title":"other","steps":[{"id":"s","name":"Day 1"},{"id":"s","name":"twice"},{"name":"no id"},7,null]}]"""
    )]
    [InlineData(
        """{"result":null,"automations":[null,3,{"name":"no id"},{"id":7},{"id":"a","name":"Welcome","steps":[{"id":"s","name":"Day 1"}]}]}"""
    )]
    public void Every_shape_that_was_seen_or_guessed_is_read(string json)
    {
        var name = Assert.Single(UndocumentedNames.Read(Encoding.UTF8.GetBytes(json))!);

        Assert.Equal(("a", "Welcome"), (name.Id, name.Name));
        Assert.Equal("Day 1", Assert.Single(name.Steps).Value);
    }

    [Theory]
    [InlineData("{} trailing")]
    [InlineData("""[{"id":"\ud800"}]""")]
    [InlineData("""[{"\udfff":1,"id":"a"}]""")]
    public void What_cannot_be_read_is_not_an_exception(string json) => UndocumentedNames.Read(Encoding.UTF8.GetBytes(json));

    [Fact]
    public async Task An_unreadable_list_of_names_is_an_invalid_response()
    {
        await using var server = new WireServer(_ => WireServer.Ok("{} trailing"));
        var client = Clients.To(server.BaseUrl);
        using var attempt = Clients.Attempt();

        Assert.Equal(FailureReason.InvalidResponse, (await UndocumentedNames.ListAsync(client, attempt)).Error?.Reason);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"result":{"id":"a"}}""")]
    [InlineData("""{"result":[{"id":"a","steps":"none"}]}""")]
    public void What_names_nothing_names_nothing(string json) =>
        Assert.DoesNotContain(UndocumentedNames.Read(Encoding.UTF8.GetBytes(json))!, name => name.Name is not null || name.Steps.Count > 0);
}
