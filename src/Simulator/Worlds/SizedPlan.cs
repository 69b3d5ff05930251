namespace Simulator;

/// <summary>Plans a world of a given size, for load tests.</summary>
internal static class SizedPlan
{
    public static IReadOnlyList<SimulatedAccount> Accounts(Dice dice, int accounts, int automations, int steps, int linksPerStep) =>
        [
            .. Enumerable
                .Range(1, accounts)
                .Select(i => new SimulatedAccount($"account-{i}", dice.For(i).ApiKey())
                {
                    Automations =
                    [
                        .. Enumerable
                            .Range(1, automations)
                            .Select(j => Automation(dice.For(i).For(j), $"automation-{j}", steps, linksPerStep)),
                    ],
                }),
        ];

    private static SimulatedAutomation Automation(Dice dice, string name, int steps, int linksPerStep) =>
        new(dice.Uuid(), name, [.. Enumerable.Range(1, steps).Select(i => Step(dice.For(i), name, i, linksPerStep))]);

    private static SimulatedStep Step(Dice dice, string automation, int number, int links) =>
        new(
            dice.Uuid(),
            $"step-{number}",
            [.. Enumerable.Range(0, links).Select(i => Link(dice.For(i), $"https://shop.example/{automation}/{number}/{i}", i))]
        )
        {
            Pace = new() { DeliveriesPerHour = 12.0 * links },
        };

    /// <summary>Gives a link five clicks an hour or more: after three days it is almost certain that every link has a row.</summary>
    private static SimulatedLink Link(Dice dice, string url, int location) => new(url, location) { ClicksPerHour = dice.Between(5, 50) };
}
