// right: children send what they find through a channel; a child that finds a fault says so there, and then lets it stop the group
using System.Threading.Channels;

public static class FirstFailure
{
    public static async Task RunAsync(BalloonMeadow meadow, CancellationToken token)
    {
        var found = Channel.CreateUnbounded<(Reading? Reading, Exception? Fault)>();
        try
        {
            await TaskGroup.RunAsync(group =>
            {
                foreach (var point in Enumerable.Range(1, meadow.PointCount))
                {
                    group.Start(async t =>
                    {
                        try
                        {
                            await found.Writer.WriteAsync((await meadow.InspectAsync(point, t), null), t);
                        }
                        catch (Exception e) when (e is not OperationCanceledException)
                        {
                            found.Writer.TryWrite((null, e));
                            throw;
                        }
                    });
                }

                return Task.CompletedTask;
            }, token);
        }
        catch (TaskGroupException)
        {
            // every fault lies in the channel
        }

        found.Writer.Complete();
        var (readings, faults) = (new SortedList<int, Reading>(), new List<Exception>());
        await foreach (var (reading, fault) in found.Reader.ReadAllAsync(token))
        {
            if (reading is not null)
                readings.Add(reading.Point, reading);
            else if (fault is not null)
                faults.Add(fault);
        }

        if (faults is [])
            meadow.LiftOff(readings.Values);
        else
            meadow.CallOff(faults, readings.Values);
    }
}
