// right: a source that is linked to the caller, and a dictionary of those who are out
/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly CancellationTokenSource _stop;
    private readonly Dictionary<int, Task> _out = new();
    private readonly List<Exception> _faults = new();
    private int _next;
    private bool _ended, _interrupted;

    private MyTaskGroup(CancellationToken caller) => _stop = CancellationTokenSource.CreateLinkedTokenSource(caller);

    public CancellationToken Token => _stop.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup(cancellationToken);
        var bodyFault = await group.TryAsync(() => body(group));

        while (true)
        {
            Task[] pending;
            lock (group._out)
            {
                if (group._out.Count == 0)
                {
                    group._ended = true;
                    break;
                }

                pending = [.. group._out.Values];
            }

            await Task.WhenAll(pending);
        }

        if (bodyFault is not null)
            group._faults.Add(bodyFault);
        if (group._faults.Count > 0)
            throw new AggregateException("Something in the group failed.", group._faults);
        if (group._interrupted && cancellationToken.IsCancellationRequested)
            throw new OperationCanceledException("The caller cancelled.", cancellationToken);
    }

    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_out)
        {
            if (_ended)
                throw new InvalidOperationException("It is over.");
            if (Token.IsCancellationRequested)
                throw new OperationCanceledException(Token);
            var id = _next++;
            _out.Add(id, ChildAsync(id, work));
        }
    }

    public void Cancel() => _stop.Cancel();

    private async Task ChildAsync(int id, Func<CancellationToken, Task> work)
    {
        await Task.Yield();
        var fault = await TryAsync(() => work(Token));
        lock (_out)
        {
            if (fault is not null)
                _faults.Add(fault);
            _out.Remove(id);
        }
    }

    private async Task<Exception?> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            return null;
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            _interrupted = true;
            return null;
        }
        catch (Exception e)
        {
            _stop.Cancel();
            return e;
        }
    }
}

public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
