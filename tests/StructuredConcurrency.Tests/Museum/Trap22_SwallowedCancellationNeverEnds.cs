using System.Threading.Channels;
using StructuredConcurrency.Simulation;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// "A bad order must not stop the shop": a loop that catches every exception catches its own cancellation too, and goes round for ever.
/// Whoever waits for it waits for ever.
/// </summary>
public sealed class Trap22_SwallowedCancellationNeverEnds
{
    internal static async Task Trap(JoinableQueue<string> orders, List<string> diary, CancellationToken token)
    {
        while (true)
        {
            try
            {
                await Serve(await orders.GetAsync(token), diary);
            }
            catch (Exception e)
            {
                await Write(diary, e.Message); // closing time, closing time, closing time …
            }
        }
    }

    internal static Task Answer(JoinableQueue<string> orders, List<string> diary, CancellationToken token) => TaskGroup.RunAsync(
        new TaskGroupOptions { OnChildFailure = ChildFailure.Isolate },
        async group =>
        {
            while (true)
            {
                var order = await orders.GetAsync(group.Token);
                group.Start(_ => Serve(order, diary), order);
            }
        },
        token);

    [Fact]
    public void Trap_CancelledAtClosingTime_NeverEnds()
    {
        var (report, diary) = Open(Trap);
        Assert.Equal(Outcome.StepLimit, report.Outcome);
        Assert.Equal(["espresso", "we have no tea", "cake"], diary.Take(3));
        Assert.True(diary.Count > 1_000, $"wrote {diary.Count} lines");
    }

    [Fact]
    public void Answer_CancelledAtClosingTime_EndsAndReportsTheBadOrder()
    {
        var (report, diary) = Open(Answer);
        Assert.Equal(Outcome.Faulted, report.Outcome);
        Assert.Equal("we have no tea", Assert.Single(Assert.IsType<TaskGroupException>(report.Error).InnerExceptions).Message);
        Assert.Equal(["espresso", "cake"], diary);
        Assert.Equal(TimeSpan.FromHours(8), report.VirtualElapsed);
    }

    /// <summary>The other way to wait for ever: whoever would have made room is gone.</summary>
    [Fact]
    public void Trap_ConsumerDiesBesideABoundedProducer_TheProducerWaitsForEver() => Assert.True(Verdict.Of(token =>
    {
        var orders = Channel.CreateBounded<string>(1);
        return Task.WhenAll(Produce(order => orders.Writer.WriteAsync(order, token)), Task.FromException(new IOException("the barista left")));
    }).Hangs);

    [Fact]
    public void Answer_ConsumerDiesBesideABoundedProducer_TheGroupsTokenFreesTheProducer()
    {
        var (hangs, error) = Verdict.Of(token => TaskGroup.RunAsync(
            async group =>
            {
                var orders = new JoinableQueue<string>(1);
                group.Start(stop => Produce(order => orders.PutAsync(order, stop)));
                group.Start(_ => throw new IOException("the barista left"));
            },
            token));
        Assert.False(hangs);
        Assert.Equal("the barista left", Assert.Single(Assert.IsType<TaskGroupException>(error).InnerExceptions).Message);
    }

    private static async Task Produce(Func<string, ValueTask> put)
    {
        for (var i = 1; i <= 3; i++)
            await put($"espresso {i}");
    }

    private static (RunReport Report, List<string> Diary) Open(Func<JoinableQueue<string>, List<string>, CancellationToken, Task> shop)
    {
        var diary = new List<string>();
        var report = EventLoop.Run(
            async () =>
            {
                using var closing = new CancellationTokenSource(TimeSpan.FromHours(8), EventLoop.Current!.TimeProvider);
                var orders = new JoinableQueue<string>();
                foreach (var order in (string[])["espresso", "tea", "cake"])
                    await orders.PutAsync(order, closing.Token);
                await shop(orders, diary, closing.Token);
            },
            new EventLoopOptions { MaxSteps = 5_000 });
        return (report, diary);
    }

    private static Task Serve(string order, List<string> diary) =>
        order == "tea" ? throw new InvalidDataException("we have no tea") : Write(diary, order);

    private static async Task Write(List<string> diary, string line)
    {
        await Task.Yield();
        diary.Add(line);
    }
}
