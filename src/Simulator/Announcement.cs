using System.Globalization;
using System.Text;

namespace Simulator;

/// <summary>Formats the text that the program prints once it listens.</summary>
internal static class Announcement
{
    public static string Text(SimulatedSendGrid simulated)
    {
        var text = new StringBuilder().Append(
            CultureInfo.InvariantCulture,
            $"A simulated SendGrid listens on {simulated.BaseUrl} (another origin: {simulated.OtherOrigin})\n"
        );
        foreach (var account in simulated.World.Accounts)
        {
            text.Append(CultureInfo.InvariantCulture, $"account {account.Name}: key {account.ApiKey}, ")
                .Append(
                    CultureInfo.InvariantCulture,
                    $"{account.Automations.Count} automations, {account.SingleSends.Count} Single Sends\n"
                );
            foreach (var automation in account.Automations.Take(10))
            {
                text.Append(CultureInfo.InvariantCulture, $"  {automation.Id} {automation.Name}\n");
            }
        }

        foreach (var active in simulated.Behaviours.Active)
        {
            text.Append(CultureInfo.InvariantCulture, $"behaviour {active.Rule.Name}: {active.Behaviour.Description}\n");
        }

        return simulated.World.BrokenLink is { } link
            ? text.Append(
                    CultureInfo.InvariantCulture,
                    $"at {link.At:u} (the world's time) {link.Url} in {link.Automation}, step {link.Step} stops getting clicks\n"
                )
                .ToString()
            : text.ToString();
    }
}
