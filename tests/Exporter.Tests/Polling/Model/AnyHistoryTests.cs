using CsCheck;

namespace Exporter.Tests.Polling.Model;

public sealed class AnyHistoryTests
{
    /// <summary>
    /// What is shown is the last complete walk of that identity or nothing, with its true age; nothing comes back that was removed; the
    /// next poll is never later than the interval in force; counters never fall; nothing is polled that nobody wants.
    /// </summary>
    [Fact]
    public void Whatever_happens_in_whatever_order_the_book_says_what_a_naive_model_says() =>
        Gen.Select(Gen.Int[0, 11], Gen.Int[0, 999], Gen.Int[0, 999])
            .Array[1, 120]
            .Sample(
                static events =>
                {
                    var history = new AccountHistory();
                    try
                    {
                        foreach (var (what, which, how) in events)
                        {
                            history.Happen(what, which, how);
                        }
                    }
                    catch (Exception e)
                    {
                        throw new InvalidOperationException($"{e.Message} after: {history}", e);
                    }
                },
                iter: 500
            );
}
