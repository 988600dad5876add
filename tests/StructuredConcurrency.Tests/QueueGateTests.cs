namespace StructuredConcurrency.Tests;

/// <summary>The queue's lock: what an item costs, and foreign code that runs under it.</summary>
public sealed class QueueGateTests
{
    [Fact]
    public async Task ReadyQueue_PutGetAndMarkDone_AllocateNothing()
    {
        var queue = new JoinableQueue<int>();
        await CycleAsync(queue, 1_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var cycles = CycleAsync(queue, 10_000);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(cycles.IsCompletedSuccessfully);
        Assert.True(allocated < 1_000, $"{allocated} bytes for 10,000 items");
    }

    [Fact]
    public void ComparerThatLooksAtItsOwnQueue_IsLetIn()
    {
        PriorityJoinableQueue<string, int>? queue = null;
        var seen = new List<int>();
        queue = new PriorityJoinableQueue<string, int>(comparer: Comparer<int>.Create((x, y) =>
        {
            seen.Add(queue!.Count);
            return x.CompareTo(y);
        }));
        Assert.True(queue.TryPut(("b", 2)));
        Assert.True(queue.TryPut(("a", 1)));
        Assert.True(queue.TryGet(out var first));
        Assert.Equal("a", first.Element);
        Assert.NotEmpty(seen);
    }

    [Fact]
    public async Task ObserverThatLooksAtTheQueue_IsLetIn()
    {
        var queue = new JoinableQueue<int>();
        var observer = new Looking(() => queue.UnfinishedCount);
        await ScopeTracing.RunAsync(observer, async () =>
        {
            await queue.PutAsync(1);
            await queue.GetAsync();
            queue.MarkDone();
        });
        Assert.Equal([1, 1, 0], observer.Seen);
    }

    private static async Task CycleAsync(JoinableQueue<int> queue, int times)
    {
        for (var i = 0; i < times; i++)
        {
            await queue.PutAsync(i);
            await queue.GetAsync();
            queue.MarkDone();
        }
    }

    private sealed class Looking(Func<int> look) : IScopeObserver
    {
        public List<int> Seen { get; } = [];

        public void OnEvent(in ScopeEvent scopeEvent) => Seen.Add(look());
    }
}
