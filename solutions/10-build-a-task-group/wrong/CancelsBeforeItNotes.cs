// caught by: EveryErrorIsKept — To cancel is to let others go on
/// <summary>Exercise 10: an error cancels the others before it is noted.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private enum State { Open, Ended }

    private readonly record struct Ending(Exception? Error, bool Cut);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _source = new();
    private readonly SemaphoreSlim _returned = new(0);
    private readonly Queue<Ending> _endings = new();
    private State _state = State.Open;
    private int _started, _gathered;

    public CancellationToken Token => _source.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup();
        using var link = cancellationToken.UnsafeRegister(g => ((MyTaskGroup)g!).Cancel(), group);
        var endings = new List<Ending>();
        var own = await group.EndingOf(Call(() => body(group)));

        while (group.HasMore())
        {
            await group._returned.WaitAsync(CancellationToken.None);
            lock (group._lock)
            {
                endings.Add(group._endings.Dequeue());
                group._gathered++;
            }
        }

        endings.Add(own);
        var errors = endings.Select(e => e.Error).OfType<Exception>().ToList();
        if (errors.Count != 0)
            throw new AggregateException(errors);
        if (endings.Any(e => e.Cut) && cancellationToken.IsCancellationRequested)
            throw new TaskCanceledException(null, null, cancellationToken);
    }

    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_lock)
        {
            if (_state == State.Ended)
                throw new InvalidOperationException();
            Token.ThrowIfCancellationRequested();
            _started++;
        }

        Task.Factory.StartNew(async () =>
        {
            var ending = await EndingOf(Call(() => work(Token)));
            lock (_lock)
                _endings.Enqueue(ending);
            _returned.Release();
        }, CancellationToken.None, TaskCreationOptions.None, TaskScheduler.Default).Unwrap();
    }

    public void Cancel() => _source.Cancel();

    private bool HasMore()
    {
        lock (_lock)
        {
            if (_started > _gathered)
                return true;
            _state = State.Ended;
            return false;
        }
    }

    private static async Task Call(Func<Task> work) => await work();

    private async Task<Ending> EndingOf(Task task)
    {
        try
        {
            await task;
            return default;
        }
        catch (OperationCanceledException) when (_source.IsCancellationRequested)
        {
            return new Ending(null, true);
        }
        catch (Exception e)
        {
            await _source.CancelAsync();
            return new Ending(e, false);
        }
    }
}

public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
