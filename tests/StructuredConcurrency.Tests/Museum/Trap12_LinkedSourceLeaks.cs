using System.Runtime.CompilerServices;

namespace StructuredConcurrency.Tests.Museum;

/// <summary>
/// A linked source that nobody disposes stays registered with the token it was linked to.
/// If that token lives as long as the application, so does everything that ever hung on it.
/// </summary>
public sealed class Trap12_LinkedSourceLeaks
{
    internal static async Task Trap(Request request, CancellationToken application)
    {
        var linked = CancellationTokenSource.CreateLinkedTokenSource(application); // no using
        linked.Token.Register(request.Abort);
        await request.HandleAsync(linked.Token);
    }

    internal static Task Answer(Request request, CancellationToken application) => TaskGroup.RunAsync(
        async group =>
        {
            group.Token.Register(request.Abort);
            await request.HandleAsync(group.Token);
        },
        application);

    [Fact]
    public void Trap_HundredRequests_AllAreStillInMemory() => Assert.Equal(100, RequestsAliveAfterwards(Trap));

    [Fact]
    public void Answer_HundredRequests_AreGone() => Assert.InRange(RequestsAliveAfterwards(Answer), 0, 1); // a register may still know the last

    private static int RequestsAliveAfterwards(Func<Request, CancellationToken, Task> program)
    {
        using var application = new CancellationTokenSource();
        var requests = Handle(100, program, application.Token);
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        var alive = requests.Count(request => request.IsAlive);
        Assert.False(application.IsCancellationRequested); // it has lived until here
        return alive;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Handle(int count, Func<Request, CancellationToken, Task> program, CancellationToken application)
    {
        var requests = new List<WeakReference>();
        for (var i = 0; i < count; i++)
            HandleOne();
        return requests;

        [MethodImpl(MethodImplOptions.NoInlining)]
        void HandleOne()
        {
            var request = new Request();
            requests.Add(new WeakReference(request));
            program(request, application).GetAwaiter().GetResult();
        }
    }

    internal sealed class Request
    {
        public bool IsAborted { get; private set; }

        public void Abort() => IsAborted = true;

        public Task HandleAsync(CancellationToken token) => Task.CompletedTask;
    }
}
