// caught by: OnePaperIsWrittenAtTheEnd — to be stopped is neither success nor damage
public static class RefactorManualTasks
{
    public static async Task RunAsync(MovingDay day, CancellationToken token)
    {
        using var calledOff = CancellationTokenSource.CreateLinkedTokenSource(token, day.CalledOff);
        await MoveAsync(day, calledOff.Token);
    }

    private static async Task MoveAsync(MovingDay day, CancellationToken token)
    {
        var packers = new List<ChildTask<int>>();
        try
        {
            await TaskGroup.RunAsync(async group =>
            {
                var cat = group.Start(day.WatchCatAsync, "cat");
                for (var i = 1; i <= day.RoomCount; i++)
                {
                    var room = i;
                    packers.Add(group.Start(t => day.PackAsync(room, t), $"room {room}"));
                }

                var piano = group.Start(day.CarryPianoAsync, "piano");

                await Task.WhenAll(packers.Select(packer => packer.Completion));
                await piano.Completion;
                cat.Cancel("everything is done"); // it never ends by itself
            }, token);
        }
        catch (TaskGroupException damage)
        {
            day.ReportDamage(damage.InnerExceptions);
            return;
        }
        catch (OperationCanceledException)
        {
            // the customer knows
        }

        var boxes = packers.Where(packer => packer.Status == ChildTaskStatus.Succeeded).Select(packer => packer.Result).ToList();
        day.SignWaybill(boxes, boxes.Sum());
    }
}
