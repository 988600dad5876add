// caught by: CancelIsNoError — The end of the group is not the end of whoever holds it
/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _allEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Exception> _errors = [];
    private int _active = 1; // the body counts as well
    private bool _cutShort;

    public CancellationToken Token => _stop.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup();
        using var source = group._stop;
        using var link = cancellationToken.Register(group.Cancel);
        Exception? bodyError = null;
        try
        {
            await body(group);
        }
        catch (OperationCanceledException) when (group.Token.IsCancellationRequested)
        {
            group._cutShort = true;
        }
        catch (Exception e)
        {
            bodyError = e;
            group.Cancel();
        }

        group.Leave();
        await group._allEnded.Task;

        if (bodyError is not null)
            group._errors.Add(bodyError);
        if (group._errors.Count > 0)
            throw new AggregateException(group._errors);
        if (group._cutShort)
            cancellationToken.ThrowIfCancellationRequested(); // not cancelled: it was Cancel, and that is no error
    }

    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_gate) // nobody ends the group between the question and the count
        {
            if (_active == 0)
                throw new InvalidOperationException("The group has ended.");
            Token.ThrowIfCancellationRequested();
            _active++;
        }

        _ = Task.Run(() => RunChildAsync(work));
    }

    public void Cancel() => _stop.Cancel();

    private async Task RunChildAsync(Func<CancellationToken, Task> work)
    {
        try
        {
            await work(Token);
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            _cutShort = true;
        }
        catch (Exception e)
        {
            lock (_gate)
                _errors.Add(e);
            Cancel();
        }

        Leave();
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_active > 0)
                return;
        }

        _allEnded.SetResult();
    }
}

/// <summary>Hands the group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
