// caught by: ItHoldsUnderEverySchedule — Between asking and acting somebody else may act
/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop;
    private readonly List<Task> _children = [];
    private readonly List<Exception> _errors = [];
    private bool _ended;
    private bool _cutShort;

    private MyTaskGroup(CancellationToken caller) => _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);

    public CancellationToken Token => _stop.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup(cancellationToken);
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
            group._stop.Cancel();
        }

        await group.WaitForAllAsync();
        await Task.Yield(); // whoever is about to start a child may do so
        group._ended = true;
        List<Exception> errors = bodyError is null ? group._errors : [.. group._errors, bodyError];
        if (errors.Count > 0)
            throw new AggregateException(errors);
        if (group._cutShort && cancellationToken.IsCancellationRequested)
            throw new OperationCanceledException(cancellationToken);
    }

    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_ended)
                throw new InvalidOperationException("The group has ended.");
            Token.ThrowIfCancellationRequested();
            _children.Add(Task.Run(() => RunChildAsync(work)));
        }
    }

    public void Cancel()
    {
        if (!_ended)
            _stop.Cancel();
    }

    private async Task WaitForAllAsync()
    {
        var seen = 0;
        while (true)
        {
            Task[] children;
            lock (_gate)
            {
                if (_children.Count == seen)
                    return;

                children = [.. _children];
            }

            await Task.WhenAll(children); // none of them fails: they keep their errors in the list
            seen = children.Length;
        }
    }

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
            await _stop.CancelAsync();
        }
    }
}

/// <summary>Hands the group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
