namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// The timeout of an <c>HttpClient</c> is an <c>OperationCanceledException</c>, as the caller's own cancellation is.
/// Code that takes every such exception for "I was asked to stop" swallows a real failure.
/// </summary>
public sealed class Trap05_TimeoutLooksLikeCancellation
{
    internal static async Task<string> Trap(HttpClient shop, CancellationToken token)
    {
        try
        {
            return await shop.GetStringAsync("menu", token);
        }
        catch (OperationCanceledException)
        {
            return "you asked me to stop"; // nobody did
        }
    }

    internal static async Task<string> Answer(HttpClient shop, CancellationToken token)
    {
        try
        {
            return await TaskGroup.RunAsync(group => shop.GetStringAsync("menu", group.Token), token);
        }
        catch (OperationCanceledException)
        {
            return "you asked me to stop";
        }
        catch (TaskGroupException e)
        {
            return $"the shop failed: {e.InnerException!.InnerException!.GetType().Name}";
        }
    }

    [Fact]
    public async Task Trap_ServerNeverAnswers_IsTakenForACancellation()
    {
        using var shop = ShopThatNeverAnswers();
        Assert.Equal("you asked me to stop", await Trap(shop, CancellationToken.None));
    }

    [Fact]
    public async Task Answer_ServerNeverAnswers_IsAnError()
    {
        using var shop = ShopThatNeverAnswers();
        Assert.Equal("the shop failed: TimeoutException", await Answer(shop, CancellationToken.None));
    }

    [Fact]
    public async Task Answer_CallerCancels_IsACancellation()
    {
        using var shop = ShopThatNeverAnswers(patience: Timeout.InfiniteTimeSpan);
        Assert.Equal("you asked me to stop", await Answer(shop, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Trap_SameExceptionInThreeKindsOfTask_EndsThemInTwoWays()
    {
        Action throws = () => throw new OperationCanceledException("not yours");
        Func<Task> throwsAsync = async () => throws();
        Assert.Equal(TaskStatus.Canceled, await StatusOf(throwsAsync()));
        Assert.Equal(TaskStatus.Canceled, await StatusOf(Task.Run(throwsAsync, CancellationToken.None)));
        Assert.Equal(TaskStatus.Faulted, await StatusOf(Task.Run(throws, CancellationToken.None)));
    }

    private static async Task<TaskStatus> StatusOf(Task task)
    {
        await Assert.ThrowsAsync<OperationCanceledException>(() => task);
        return task.Status;
    }

    private static HttpClient ShopThatNeverAnswers(TimeSpan? patience = null) =>
        new(new NeverAnswers()) { BaseAddress = new Uri("http://shop.example/"), Timeout = patience ?? TimeSpan.FromMilliseconds(1) };

    private sealed class NeverAnswers : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            await Forever.WaitAsync(cancellationToken);
            throw new InvalidOperationException("never comes here");
        }
    }
}
