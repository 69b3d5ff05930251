namespace Simulator;

/// <summary>Plans several accounts: a shop with a subuser, a school, a travel agency. Some automations share their names.</summary>
internal static class SeveralPlan
{
    public static IReadOnlyList<SimulatedAccount> Accounts(Dice dice, DateTimeOffset now) =>
        [
            DemoPlan.Accounts(dice.For("shop"), now)[0] with
            {
                Name = "shop",
            },
            Account(dice, "school", "welcome-series", "exam-reminder"),
            Account(dice, "travel", "welcome-series", "abandoned-cart", "before-departure"),
            Account(dice, "outlet", "welcome-series") with
            {
                Parent = "shop",
                Subuser = "outlet-store",
            },
        ];

    private static SimulatedAccount Account(Dice dice, string name, params string[] automations)
    {
        var own = dice.For(name);
        return new(name, own.ApiKey())
        {
            Automations =
            [
                .. automations.Select(automation =>
                    DemoPlan.Automation(
                        own,
                        automation,
                        new(),
                        ("first", [("/start", 45), ("/offer", 30), ("/account/{{customer_id}}", 12), ("/help", 3)]),
                        ("second", [("/guide", 18), ("/offer", 14), ("/help", 2)])
                    )
                ),
            ],
        };
    }
}
