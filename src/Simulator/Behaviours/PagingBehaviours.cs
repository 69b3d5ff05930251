using static Simulator.Behaviour;

namespace Simulator;

/// <summary>Changes how lists are split into pages.</summary>
internal static class PagingBehaviours
{
    public static IEnumerable<Behaviour> Table =>
        [
            At(Stage.Paging, "paged-normal", "gives every list in three pages", (x, rule) => x.Page!.Pages = (int)rule.Number)
                .With("pages", "3"),
            At(
                    Stage.Paging,
                    "short-page",
                    "gives pages of fewer rows than asked for, every second one empty, with a next",
                    (x, rule) => x.Page!.Take = x.Page.Index % 2 == 1 ? 0 : (int)rule.Number
                )
                .With("rows on a page", "10"),
            At(
                    Stage.Paging,
                    "page-clamped",
                    "answers a larger page_size with its own largest instead of refusing it",
                    IsTooLarge,
                    (x, rule) => x.Page!.Position = x.Page.Position with { Size = (int)rule.Number }
                )
                .With("largest page size", "50"),
            At(
                    Stage.Paging,
                    "page-size-400",
                    "refuses a larger page_size",
                    IsTooLarge,
                    (x, rule) => x.Reply = Reply.Error(400, $"page_size must be between 1 and {rule.Text}", "page_size")
                )
                .With("largest page size", "50"),
            At(
                    Stage.Paging,
                    "token-expired",
                    "refuses the token of the third page",
                    IsLate,
                    (x, _) => x.Reply = Reply.Error(400, "page_token has expired", "page_token")
                )
                .With("from which page on", "3"),
            At(
                    Stage.Paging,
                    "partial-sweep",
                    "fails on the second page and later ones",
                    IsLate,
                    (x, _) => x.Reply = Reply.Error(500, "internal error")
                )
                .With("from which page on", "2"),
            At(
                    Stage.Paging,
                    "shift-between-pages",
                    "moves the rows after the first page: one comes twice, one is missed",
                    (x, _) => !x.Page!.IsFirst,
                    (x, rule) => x.Page!.Shift = (int)rule.Number
                )
                .With("by how many rows", "1"),
        ];

    private static bool IsTooLarge(Exchange exchange, ActiveBehaviour rule) =>
        exchange.Page!.IsFirst && new Parameters(exchange.Query).Number("page_size", 0, 1, int.MaxValue) > rule.Number;

    private static bool IsLate(Exchange exchange, ActiveBehaviour rule) => exchange.Page!.Index + 1 >= rule.Number;
}
