namespace Simulator;

/// <summary>Plans the demo's account: a shop with a believable set of campaigns. Volumes are clicks per hour.</summary>
internal static class DemoPlan
{
    public static IReadOnlyList<SimulatedAccount> Accounts(Dice dice, DateTimeOffset now) =>
        [
            new("demo", dice.For("key").ApiKey())
            {
                Automations = [.. Automations(dice.For("automations"))],
                SingleSends = [Announcement(dice.For("announcement"), now), SubjectTest(dice.For("subject-test"), now)],
            },
        ];

    public static IEnumerable<SimulatedAutomation> Automations(Dice dice)
    {
        // Customers in all time zones who click often, as new ones do: so a viewer sees the busiest link break without a long wait, even at
        // night.
        yield return Automation(
            dice,
            "welcome-series",
            new()
            {
                PeakHour = 15,
                DailySwing = 0.25,
                Weekend = 0.95,
                ClicksPerOpen = 0.5,
            },
            ("welcome", [("/start", 1900), ("/offer", 1500), ("/account/{{customer_id}}", 1200), ("/stores", 560), ("/help", 240)]),
            ("day-2-tour", [("/guide/first-steps", 720), ("/offer", 570), ("/app", 360), ("/help", 54)]),
            (
                "day-5-tips",
                [("/guide/tips", 290), ("/bestsellers", 400), ("/offer?code={{coupon}}", 230), ("/community", 42), ("/help", 18)]
            ),
            ("day-10-review", [("/review", 125), ("/bestsellers", 155), ("/refer/{{customer_id}}", 24)])
        );
        yield return Automation(
            dice,
            "abandoned-cart",
            new() { PeakHour = 20, Weekend = 1.2 },
            ("after-1-hour", [("/cart/{{cart_id}}", 500), ("/cart/{{cart_id}}", 190), ("/shipping", 55), ("/help", 24), ("/returns", 31)]),
            ("after-1-day", [("/cart/{{cart_id}}", 210), ("/similar", 88), ("/offer?code={{coupon}}", 120), ("/help", 8)]),
            ("last-call", [("/cart/{{cart_id}}", 75), ("/offer?code={{coupon}}", 90), ("/unsubscribe-reminder", 6)])
        );
        yield return Automation(
            dice,
            "trial-onboarding",
            new()
            {
                PeakHour = 10,
                Weekend = 0.35,
                WeeklyGrowth = 0.04,
            },
            ("day-0", [("/trial/activate/{{token}}", 85), ("/docs/quickstart", 60), ("/docs/import", 22), ("/status", 2)]),
            ("day-1", [("/docs/invite-team", 32), ("/docs/integrations", 28), ("/webinar", 9)]),
            ("day-3", [("/docs/reports", 19), ("/customers", 7), ("/webinar", 11), ("/pricing", 14)]),
            ("day-7", [("/pricing", 34), ("/compare", 12), ("/docs/api", 5), ("/talk-to-us", 4)]),
            ("day-12", [("/pricing", 41), ("/upgrade", 37), ("/extend-trial", 15)]),
            ("day-14-last", [("/upgrade", 52), ("/export-data", 6), ("/feedback", 3)])
        );
        yield return Automation(
            dice,
            "win-back",
            new() { PeakHour = 18, WeeklyGrowth = -0.01 },
            ("we-miss-you", [("/offer", 12), ("/new", 9.5), ("/preferences", 1.6), ("/help", 0.7)]),
            ("final-offer", [("/offer?code={{coupon}}", 6.5), ("/preferences", 0.9), ("/goodbye", 0.5)])
        );
        yield return Automation(
            dice,
            "post-purchase",
            new() { PeakHour = 13 },
            (
                "order-thanks",
                [("/orders/{{order_id}}", 230), ("/track/{{order_id}}", 340), ("/returns", 38), ("/help", 26), ("/app", 19), ("/social", 5)]
            ),
            ("how-was-it", [("/review/{{order_id}}", 70), ("/support", 12), ("/similar", 33)]),
            ("refill", [("/reorder/{{order_id}}", 46), ("/subscribe-and-save", 15), ("/bestsellers", 28)])
        );
        yield return Automation(
            dice,
            "newsletter-signup",
            new()
            {
                Steady = 0.4,
                WeeklySend = 100,
                PeakHour = 12,
            },
            ("confirm", [("/newsletter/confirm/{{token}}", 64), ("/privacy", 2.5), ("/", 11)]),
            (
                "weekly-pick",
                [
                    ("/picks/1", 90),
                    ("/picks/2", 72),
                    ("/picks/3", 51),
                    ("/picks/4", 34),
                    ("/picks/5", 22),
                    ("/blog", 14),
                    ("/", 40),
                    ("/preferences", 1.2),
                ]
            )
        );
    }

    public static SimulatedAutomation Automation(
        Dice dice,
        string name,
        Pace pace,
        params (string Name, (string Path, double Clicks)[] Links)[] steps
    )
    {
        var own = dice.For(name);
        return new(own.Uuid(), name, [.. steps.Select(step => Step(own.For(step.Name), step.Name, pace, step.Links))]);
    }

    private static SimulatedStep Step(Dice dice, string name, Pace pace, (string Path, double Clicks)[] links) =>
        new(dice.Uuid(), name, Links(links)) { Pace = Sending(pace, links.Sum(link => link.Clicks)) };

    private static SimulatedSingleSend Announcement(Dice dice, DateTimeOffset now)
    {
        var links = Links([("/summer", 2600), ("/summer/shoes", 1400), ("/summer/bags", 900), ("/stores", 120)]);
        var sent = now - TimeSpan.FromHours(20);
        return new(dice.Uuid(), "Summer announcement", sent, [new("all", "all", links) { Pace = Sending(new() { Once = sent }, 5020) }]);
    }

    private static SimulatedSingleSend SubjectTest(Dice dice, DateTimeOffset now)
    {
        var (tested, sent) = (now - TimeSpan.FromHours(8), now - TimeSpan.FromHours(3));
        var (first, second) = (dice.For("A").Uuid(), dice.For("B").Uuid());
        return new(
            dice.Uuid(),
            "Flash sale: two subjects",
            sent,
            [
                new(first, "test", Links([("/flash", 210), ("/flash/top-10", 90)])) { Pace = Sending(new() { Once = tested }, 300) },
                new(second, "test", Links([("/flash", 290), ("/flash/top-10", 130)])) { Pace = Sending(new() { Once = tested }, 420) },
                new(second, "send", Links([("/flash", 5200), ("/flash/top-10", 2300)])) { Pace = Sending(new() { Once = sent }, 7500) },
            ]
        );
    }

    private static SimulatedLink[] Links((string Path, double Clicks)[] links) =>
        [.. links.Select((link, i) => new SimulatedLink($"https://shop.example{link.Path}", i) { ClicksPerHour = link.Clicks })];

    private static Pace Sending(Pace pace, double clicks) =>
        pace with
        {
            DeliveriesPerHour = clicks / pace.ClicksPerOpen / pace.OpensPerDelivery,
        };
}
