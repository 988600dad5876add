// right: the watch over the cat is something that is disposed, and waited for, behind an inner group
/// <summary>Exercise 08: a list of tasks, kept by hand, becomes a group.</summary>
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        List<ChildTask<int>> rooms = [];
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                await using var watch = new CatWatch(day, group.Token);
                await TaskGroup.RunAsync(async work =>
                {
                    for (int room = 1; room <= day.RoomCount; room++)
                    {
                        int r = room;
                        rooms.Add(work.Start(t => day.PackAsync(r, t)));
                    }

                    work.Start(day.CarryPianoAsync);
                }, group.Token);
            }, token);
            var boxes = rooms.ConvertAll(r => r.Result);
            day.SignWaybill(boxes, boxes.Aggregate(0, (a, b) => a + b));
        }
        catch (TaskGroupException e)
        {
            day.ReportDamage(e.Flatten().InnerExceptions);
        }
    }
}

internal sealed class CatWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _source;
    private readonly Task _watch;

    public CatWatch(MovingDay day, CancellationToken token)
    {
        _source = CancellationTokenSource.CreateLinkedTokenSource(token);
        _watch = day.WatchCatAsync(_source.Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _source.CancelAsync();
        try
        {
            await _watch;
        }
        catch (OperationCanceledException)
        {
            // that is how it ends
        }
        _source.Dispose();
    }
}
