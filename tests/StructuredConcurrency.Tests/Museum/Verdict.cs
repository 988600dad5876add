using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>How a program ended on virtual time, where waiting for ever takes a moment.</summary>
/// <param name="Hangs">It was still waiting after an hour in which nothing else happened; its token was cancelled then, so that the museum can close.</param>
/// <param name="Error">What it threw.</param>
internal sealed record Verdict(bool Hangs, Exception? Error)
{
    public static Verdict Of(Func<CancellationToken, Task> program)
    {
        Verdict? verdict = null;
        var report = EventLoop.Run(() => TimeoutScope.RunAsync(TimeSpan.FromHours(1), async scope =>
        {
            Exception? error = null;
            try
            {
                await program(scope.Token);
            }
            catch (Exception e)
            {
                error = e;
            }

            verdict = new Verdict(scope.Expired, error);
        }));
        Assert.Equal(Outcome.Completed, report.Outcome);
        return verdict!;
    }
}
