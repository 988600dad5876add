namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// In Python nothing happens between two awaits but your own code; on the thread pool of .NET others run at the same time.
/// Even <c>count++</c> is a read and a write, with room between them to lose a count.
/// </summary>
public sealed class Trap24_NoAwaitStillInterleaves
{
    internal static async Task<int> Trap(Action meanwhile)
    {
        var served = 0;
        await Task.WhenAll(Task.Run(Serve), Task.Run(Serve));
        return served;

        void Serve() // served++, in slow motion
        {
            var before = served;
            meanwhile();
            served = before + 1;
        }
    }

    internal static Task<int> Answer(Action meanwhile) => TaskGroup.RunAsync(async group =>
    {
        var first = group.Start(Serve);
        var second = group.Start(Serve);
        return await first.Completion + await second.Completion; // nothing is shared: each returns its own

        async Task<int> Serve(CancellationToken token)
        {
            meanwhile();
            return 1;
        }
    });

    [Fact]
    public async Task Trap_BothReadBeforeEitherWrites_OneIsLost()
    {
        using var bothHaveRead = new Barrier(2);
        Assert.Equal(1, await Trap(() => bothHaveRead.SignalAndWait(CancellationToken.None)));
    }

    [Fact]
    public async Task Answer_BothRunAtTheSameTime_NoneIsLost()
    {
        using var bothRun = new Barrier(2);
        Assert.Equal(2, await Answer(() => bothRun.SignalAndWait(CancellationToken.None)));
    }

    [Fact]
    public Task Answer_SharedCountOnAnEventLoop_NothingRunsInBetween() => Floor.Loop.RunAsync(async () =>
    {
        var served = 0;
        await TaskGroup.RunAsync(async group =>
        {
            for (var i = 0; i < 100; i++)
            {
                group.Start(async _ =>
                {
                    await Task.Yield();
                    served++;
                });
            }
        });
        Assert.Equal(100, served);
    });
}
