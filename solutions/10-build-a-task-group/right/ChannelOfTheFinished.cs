// right: whoever ends writes how into a channel, and RunAsync reads until nobody is left
using System.Threading.Channels;

/// <summary>Exercise 10: write a task group of your own.</summary>
public sealed class MyTaskGroup : ILadderGroup
{
    private readonly Channel<End> _ends = Channel.CreateUnbounded<End>();
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private int _active = 1;

    public CancellationToken Token => _stop.Token;

    public static async Task RunAsync(Func<MyTaskGroup, Task> body, CancellationToken cancellationToken)
    {
        var group = new MyTaskGroup();
        await using var link = cancellationToken.UnsafeRegister(static group => ((MyTaskGroup)group!).Cancel(), group);
        _ = group.RunAndReportAsync(() => body(group), isBody: true);

        var errors = new List<Exception>();
        Exception? bodyError = null;
        var cutShort = false;
        do
        {
            var end = await group._ends.Reader.ReadAsync(CancellationToken.None);
            cutShort |= end.IsCutShort;
            if (end.IsBody)
                bodyError = end.Error;
            else if (end.Error is not null)
                errors.Add(end.Error);
        }
        while (group.IsSomebodyLeft());

        if (bodyError is not null)
            errors.Add(bodyError);
        if (errors.Count > 0)
            throw new AggregateException("Something in the group failed.", errors);
        if (cutShort)
            cancellationToken.ThrowIfCancellationRequested();
    }

    public void Start(Func<CancellationToken, Task> work)
    {
        lock (_gate)
        {
            if (_active == 0)
                throw new InvalidOperationException("The group has ended.");
            Token.ThrowIfCancellationRequested();
            _active++;
        }

        Task.Run(() => RunAndReportAsync(() => work(Token), isBody: false));
    }

    public void Cancel() => _stop.Cancel();

    private bool IsSomebodyLeft()
    {
        lock (_gate)
            return --_active > 0;
    }

    private async Task RunAndReportAsync(Func<Task> run, bool isBody)
    {
        var end = new End(null, false, isBody);
        try
        {
            await run();
        }
        catch (OperationCanceledException) when (Token.IsCancellationRequested)
        {
            end = end with { IsCutShort = true };
        }
        catch (Exception e)
        {
            end = end with { Error = e };
        }

        _ends.Writer.TryWrite(end); // before the others are told, whose ends come behind this one
        if (end.Error is not null)
            Cancel();
    }

    private sealed record End(Exception? Error, bool IsCutShort, bool IsBody);
}

/// <summary>Hands the group to the ladder.</summary>
public static class BuildATaskGroup
{
    public static Task RunAsync(Ladder ladder, CancellationToken token) => ladder.ClimbAsync<MyTaskGroup>(MyTaskGroup.RunAsync, token);
}
