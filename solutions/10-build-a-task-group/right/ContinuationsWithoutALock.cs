// right: counts with Interlocked, and looks at each child in a continuation
using System.Collections.Concurrent;

/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly CancellationTokenSource _stop;
    private readonly TaskCompletionSource _nobodyLeft = new();
    private readonly ConcurrentQueue<Exception> _errors = new();
    private int _active = 1;
    private volatile bool _cutShort;

    private MyTaskGroup(CancellationToken caller) => _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);

    public CancellationToken Token => _stop.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup(cancellationToken);
        var bodyErrors = new ConcurrentQueue<Exception>();
        await AsTaskAsync().ContinueWith(ended => group.TakeNote(ended, bodyErrors));
        await group._nobodyLeft.Task;

        Exception[] errors = [.. group._errors, .. bodyErrors];
        if (errors.Length > 0)
            throw new AggregateException(errors);
        if (group._cutShort && cancellationToken.IsCancellationRequested)
            throw new OperationCanceledException("The caller cancelled the group.", cancellationToken);

        async Task AsTaskAsync() => await body(group); // what it throws at once is in the task as well
    }

    public void Start(Func<CancellationToken, Task> work)
    {
        int active;
        do
        {
            active = Volatile.Read(ref _active);
            if (active == 0)
                throw new InvalidOperationException("The group has ended.");
            Token.ThrowIfCancellationRequested();
        }
        while (Interlocked.CompareExchange(ref _active, active + 1, active) != active);

        Task.Run(() => work(Token)).ContinueWith(ended => TakeNote(ended, _errors), TaskContinuationOptions.ExecuteSynchronously);
    }

    public void Cancel() => _stop.Cancel();

    private void TakeNote(Task ended, ConcurrentQueue<Exception> errors)
    {
        if (ended.IsCanceled && Token.IsCancellationRequested)
        {
            _cutShort = true;
        }
        else if (!ended.IsCompletedSuccessfully)
        {
            errors.Enqueue(ended.Exception?.InnerException ?? new TaskCanceledException(ended));
            Cancel();
        }

        if (Interlocked.Decrement(ref _active) == 0)
            _nobodyLeft.SetResult();
    }
}

/// <summary>Hands the group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
